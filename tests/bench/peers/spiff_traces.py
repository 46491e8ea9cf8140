"""SpiffWorkflow plays a model by given moves and tells after each which tasks are open and which ends were come to."""

import io
import json
import sys
from datetime import datetime, timedelta

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.specs.event_definitions import timer
from SpiffWorkflow.bpmn.specs.event_definitions.item_aware_event import SignalEventDefinition
from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.exceptions import WorkflowException
from SpiffWorkflow.util.task import TaskState


class Clock(datetime):
    """A clock that is put forward rather than waited for."""

    later = timedelta()

    @classmethod
    def now(cls, tz=None):
        return datetime.now(tz) + cls.later


timer.datetime = Clock


def name(task):
    """What a model calls a task, also one of several."""
    return task.task_spec.bpmn_id or task.task_spec.name.removesuffix(" [child]")


class Play:
    def __init__(self, asked):
        parser = BpmnParser()
        parser.add_bpmn_io(io.BytesIO(asked["model"].encode()))
        spec = parser.get_spec(parser.get_process_ids()[0])
        self.workflow = BpmnWorkflow(spec, parser.get_subprocess_specs(spec.name))
        self.workflow.task_tree.data.update(asked["items"])
        for task in self.workflow.get_tasks(state=TaskState.READY):
            task.data.update(asked["items"])
        Clock.later = timedelta()
        self.go_on()

    def go_on(self):
        self.workflow.do_engine_steps()
        self.workflow.refresh_waiting_tasks()
        self.workflow.do_engine_steps()

    def open(self):
        return self.workflow.get_tasks(state=TaskState.READY, manual=True)

    def move(self, move):
        if "do" in move:
            wanted = move["do"]
            found = [task for task in self.open() if name(task) == wanted["task"]]
            found[0].data.update(wanted["items"])
            found[0].run()
        elif "signal" in move:
            self.workflow.catch(BpmnEvent(SignalEventDefinition(move["signal"])))
        else:
            Clock.later += timedelta(hours=1)
            self.workflow.refresh_waiting_tasks()
        self.go_on()

    def state(self):
        done = self.workflow.get_tasks(state=TaskState.COMPLETED)
        outermost = [task.task_spec for task in done if task.workflow is self.workflow]
        ended = [spec.bpmn_id for spec in outermost if type(spec).__name__ == "EndEvent"]
        return {
            "open": sorted(name(task) for task in self.open()),
            "ends": sorted(one for one in ended if one),
            "over": self.workflow.is_completed(),
            "stuck": False,
        }


def played(asked):
    """The states; the last one is `stuck` where a move could not be done."""
    play = Play(asked)
    states = [play.state()]
    for move in asked["moves"]:
        try:
            play.move(move)
        except WorkflowException as error:
            return {"states": states + [play.state() | {"stuck": True}], "why": str(error)}
        states.append(play.state())
    return {"states": states}


print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    try:
        print(json.dumps(played(json.loads(line))), flush=True)
    except Exception as error:  # told to whoever asked
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}), flush=True)
