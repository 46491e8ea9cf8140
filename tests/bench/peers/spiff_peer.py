"""SpiffWorkflow plays an approval of five decisions, as `pip install spiffworkflow` brings it. argv: the model."""

import json
import sys
import time

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

parser = BpmnParser()
parser.add_bpmn_file(sys.argv[1])
spec = parser.get_spec("approval")
serializer = BpmnWorkflowSerializer()


def play(kept):
    """One instance; `kept`: written as JSON and read again after each decision, as a server has to."""
    workflow = BpmnWorkflow(spec)
    workflow.do_engine_steps()
    decided = 0
    while not workflow.is_completed():
        ready = workflow.get_tasks(state=TaskState.READY, manual=True)
        ready[0].run()
        workflow.do_engine_steps()
        decided += 1
        if kept:
            workflow = serializer.deserialize_json(serializer.serialize_json(workflow))
    return decided


def timed(asked):
    begin = time.perf_counter()
    decisions = sum(play(asked["kept"]) for _ in range(asked["count"]))
    return {"ms": (time.perf_counter() - begin) * 1000, "decisions": decisions}


print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    try:
        print(json.dumps(timed(json.loads(line))), flush=True)
    except Exception as error:  # told to whoever asked
        print(json.dumps({"error": repr(error)}), flush=True)
