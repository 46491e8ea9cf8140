use super::*;
use crate::definition::{
    Comparison, Each, Ending, Guard, Kind, Order, Part, Passing, Span, Step, Trigger, Value, Who,
};

fn step(definition: &Definition, id: &str) -> Step {
    match &node(definition, id).kind {
        Kind::Step(step) => (**step).clone(),
        other => panic!("{id} is no step: {other:?}"),
    }
}

fn people(definition: &Definition, id: &str) -> Vec<Who> {
    step(definition, id)
        .sign_off
        .seats
        .into_iter()
        .map(|seat| seat.who)
        .collect()
}

#[test]
fn people_of_other_programs_are_seats_and_stay() {
    let imported = round_trip(process(
        "<userTask id='a' name='申请' flowable:assignee='${initiator}' flowable:formKey='leave'/>
         <userTask id='b' activiti:candidateUsers='zhang, li' activiti:candidateGroups='finance' camunda:dueDate='P3D'/>
         <userTask id='c' camunda:assignee='wang' camunda:candidateGroups='x' camunda:dueDate='${date}'/>
         <userTask id='d' flowable:assignee='${manager}'><extensionElements>
           <flowable:taskListener event='create' class='cn.Listener'/></extensionElements></userTask>
         <userTask id='e'><extensionElements><zeebe:assignmentDefinition candidateGroups='clerks'/></extensionElements></userTask>
         <manualTask id='f'><potentialOwner id='o'><resourceAssignmentExpression>
           <formalExpression>hr</formalExpression></resourceAssignmentExpression></potentialOwner></manualTask>",
    ).as_bytes());
    let read = &imported.definitions[0];
    let foreign = |text: &str| Who::Foreign(text.into());
    assert_eq!(people(read, "a"), [Who::Author]);
    assert_eq!(
        people(read, "b"),
        [foreign("zhang"), foreign("li"), foreign("finance")]
    );
    assert_eq!(step(read, "b").sign_off.order, Order::Claim);
    assert_eq!(
        step(read, "b").limit.map(|limit| limit.within),
        Some(Span::Days(3))
    );
    assert_eq!(people(read, "c"), [foreign("wang")]);
    assert_eq!(people(read, "d"), [Who::Item(key("manager"))]);
    assert_eq!(people(read, "e"), [foreign("clerks")]);
    assert_eq!(people(read, "f"), [foreign("hr")]);
    let how = |place: &str, name: &str| remark(&imported, place, name).how;
    assert_eq!(how("a", "flowable:assignee"), How::Mapped);
    assert_eq!(how("a", "flowable:formKey"), How::Kept);
    assert_eq!(how("b", "camunda:dueDate"), How::Mapped);
    assert_eq!(how("c", "camunda:candidateGroups"), How::Kept);
    assert_eq!(how("c", "camunda:dueDate"), How::Kept);
    assert_eq!(how("d", "flowable:taskListener"), How::Kept);
    assert_eq!(how("e", "zeebe:assignmentDefinition"), How::Mapped);
    let written = export(&imported.definitions, None).expect("it is written");
    for kept in [
        "flowable:assignee=\"${initiator}\"",
        "class=\"cn.Listener\"",
        "flowable:formKey=\"leave\"",
    ] {
        assert!(written.contains(kept), "{kept} is gone");
    }
}

#[test]
fn several_instances_of_a_step_are_its_sign_off() {
    let several = |id: &str, attributes: &str, condition: &str| {
        format!(
            "<userTask id='{id}' flowable:assignee='${{one}}'><multiInstanceLoopCharacteristics {attributes}>
             {condition}</multiInstanceLoopCharacteristics></userTask>"
        )
    };
    let done = |text: &str| format!("<completionCondition>{text}</completionCondition>");
    let of = "flowable:collection='people' flowable:elementVariable='one'";
    let imported = round_trip(
        process(
            &[
                several("all", of, ""),
                several("turn", &format!("isSequential='true' {of}"), ""),
                several(
                    "share",
                    of,
                    &done("${nrOfCompletedInstances/nrOfInstances>=0.6}"),
                ),
                several(
                    "any",
                    "flowable:collection='${people}'",
                    &done("${nrOfCompletedInstances==1}"),
                ),
                several("odd", of, &done("${decider.enough(execution)}")),
                several("three", "", "<loopCardinality>3</loopCardinality>"),
            ]
            .concat(),
        )
        .as_bytes(),
    );
    let read = &imported.definitions[0];
    let sign_off = |id: &str| {
        let found = step(read, id).sign_off;
        (found.order, found.passing)
    };
    for id in ["all", "turn", "share", "any"] {
        assert_eq!(people(read, id), [Who::Item(key("people"))], "{id}");
        let said = remark(&imported, id, "multiInstanceLoopCharacteristics");
        assert_eq!(said.how, How::Mapped, "{id}");
    }
    assert_eq!(sign_off("all"), (Order::Beside, Passing::All));
    assert_eq!(sign_off("turn"), (Order::InTurn, Passing::All));
    assert_eq!(sign_off("share"), (Order::Beside, Passing::Percent(60)));
    assert_eq!(sign_off("any"), (Order::Beside, Passing::Any));
    for id in ["odd", "three"] {
        let said = remark(&imported, id, "multiInstanceLoopCharacteristics");
        assert_eq!(said.code, "loop_not_understood", "{id}");
    }
}

#[test]
fn conditions_are_guards_and_the_usual_way_is_taken_otherwise() {
    let flow = |id: &str, content: &str| {
        format!(
            "<sequenceFlow id='{id}' name='是' sourceRef='x' targetRef='t'>{content}</sequenceFlow>"
        )
    };
    let when = |text: &str| {
        format!("<conditionExpression xsi:type='tFormalExpression'>{text}</conditionExpression>")
    };
    let imported = round_trip(
        process(
            &[
                "<exclusiveGateway id='x' default='d'/><task id='t'/>".to_owned(),
                flow("a", &when("${days &lt;= 3 &amp;&amp; type == 'x'}")),
                flow("b", &when("<![CDATA[${bean.check(days) > 3}]]>")),
                flow("c", &when("= days &gt; 3")),
                flow("d", ""),
                flow("e", "<conditionExpression/>"),
            ]
            .concat(),
        )
        .as_bytes(),
    );
    let read = &imported.definitions[0];
    let days = |is| Guard::Compare {
        item: key("days"),
        is,
        value: Value::Number(3),
    };
    let kind = Guard::Compare {
        item: key("type"),
        is: Comparison::Equal,
        value: Value::Text("x".into()),
    };
    let when: Vec<_> = read.flows.iter().map(|flow| flow.when.clone()).collect();
    assert_eq!(
        when,
        [
            Some(Guard::All(vec![days(Comparison::AtMost), kind])),
            Some(Guard::Foreign("${bean.check(days) > 3}".into())),
            Some(days(Comparison::More)),
            None,
            None,
        ]
    );
    let usual: Vec<_> = read
        .flows
        .iter()
        .filter(|flow| flow.otherwise)
        .map(|flow| &*flow.id)
        .collect();
    assert_eq!(usual, ["d"]);
    assert_eq!(
        remark(&imported, "b", "conditionExpression").code,
        "condition_not_understood"
    );
    assert_eq!(
        remark(&imported, "c", "conditionExpression").how,
        How::Mapped
    );
    assert!(node(read, "x").foreign.is_empty());
}

#[test]
fn links_are_flows_and_come_back_as_links() {
    let imported = round_trip(process(
        "<startEvent id='s'/><intermediateThrowEvent id='out'><linkEventDefinition id='l1' name='A'/></intermediateThrowEvent>
         <intermediateCatchEvent id='in'><linkEventDefinition id='l2' name='A'/></intermediateCatchEvent><endEvent id='e'/>
         <sequenceFlow id='f' sourceRef='s' targetRef='out'/><sequenceFlow id='g' sourceRef='in' targetRef='e'/>",
    ).as_bytes());
    let read = &imported.definitions[0];
    let link = read.flows.last().expect("a flow");
    assert_eq!((&*link.from, &*link.to), ("out", "in"));
    assert_eq!(node(read, "out").kind, Kind::Choose);
    let written = export(&imported.definitions, None).expect("it is written");
    assert_eq!(written.matches("linkEventDefinition").count(), 2);
    assert_eq!(
        written.matches("<bpmn:sequenceFlow ").count(),
        2,
        "the link is no sequence flow"
    );
}

#[test]
fn events_name_what_stands_outside() {
    let imported = round_trip(file(
        "<message id='m1' name='补正'/><signal id='s1' name='停'/><error id='e1' errorCode='E1' name='x'/>
         <escalation id='c1' escalationCode='C1'/>
         <process id='p'><startEvent id='a'><messageEventDefinition messageRef='m1'/></startEvent>
         <receiveTask id='b' messageRef='m1'/>
         <endEvent id='c'><errorEventDefinition errorRef='e1'/></endEvent><endEvent id='d'><terminateEventDefinition/></endEvent>
         <intermediateThrowEvent id='e'><signalEventDefinition signalRef='s1'/></intermediateThrowEvent>
         <boundaryEvent id='f' attachedToRef='b' cancelActivity='false'><timerEventDefinition><timeDuration>PT5M</timeDuration></timerEventDefinition></boundaryEvent>
         <boundaryEvent id='g' attachedToRef='b'><escalationEventDefinition escalationRef='c1'/></boundaryEvent>
         <intermediateCatchEvent id='h'><timerEventDefinition><timeDate>${due}</timeDate></timerEventDefinition></intermediateCatchEvent>
         <intermediateCatchEvent id='i'><timerEventDefinition><timeCycle>R3/PT10M</timeCycle></timerEventDefinition></intermediateCatchEvent>
         <intermediateCatchEvent id='j'><conditionalEventDefinition><condition>x</condition></conditionalEventDefinition></intermediateCatchEvent>
         <startEvent id='k'><signalEventDefinition/><messageEventDefinition/></startEvent>
         </process>",
    ).as_bytes());
    let read = &imported.definitions[0];
    let message = || Trigger::Message("补正".into());
    let kind = |id: &str| node(read, id).kind.clone();
    assert_eq!(
        kind("a"),
        Kind::Start {
            on: Some(message())
        }
    );
    assert!(node(read, "a").foreign.is_empty(), "nothing is left of it");
    assert_eq!(kind("b"), Kind::Wait { on: message() });
    assert_eq!(
        kind("c"),
        Kind::End {
            ending: Ending::Throw(Trigger::Error("E1".into()))
        }
    );
    assert_eq!(
        kind("d"),
        Kind::End {
            ending: Ending::Stop
        }
    );
    assert_eq!(
        kind("e"),
        Kind::Throw {
            trigger: Trigger::Signal("停".into())
        }
    );
    let after = Trigger::After(Span::Seconds(300));
    assert_eq!(
        kind("f"),
        Kind::Boundary {
            at: key("b"),
            on: after,
            cancels: false
        }
    );
    let passed = Trigger::Escalation("C1".into());
    assert_eq!(
        kind("g"),
        Kind::Boundary {
            at: key("b"),
            on: passed,
            cancels: true
        }
    );
    assert_eq!(
        kind("h"),
        Kind::Wait {
            on: Trigger::On(key("due"))
        }
    );
    for (id, element) in [
        ("i", "intermediateCatchEvent"),
        ("j", "intermediateCatchEvent"),
        ("k", "startEvent"),
    ] {
        assert_eq!(
            kind(id),
            Kind::Foreign {
                element: element.into()
            }
        );
        assert_eq!(remark(&imported, id, element).code, "not_run");
    }
}

#[test]
fn groups_loops_and_calls_are_read_with_what_lies_in_them() {
    let several = |of: &str| {
        format!("<multiInstanceLoopCharacteristics {of}</multiInstanceLoopCharacteristics>")
    };
    let imported = round_trip(process(&format!(
        "<subProcess id='g'><startEvent id='s'/><subProcess id='h'>{}<task id='t'/></subProcess>
           <sequenceFlow id='f' sourceRef='s' targetRef='h'/></subProcess>
         <callActivity id='c' calledElement='other'>{}</callActivity>
         <subProcess id='event' triggeredByEvent='true'><startEvent id='inner'/></subProcess>
         <transaction id='tx'><task id='deep'/></transaction><adHocSubProcess id='ad'/>
         <complexGateway id='n'><activationCondition>activationCount >= 2</activationCondition></complexGateway>
         <complexGateway id='o'/><serviceTask id='loop'><standardLoopCharacteristics/></serviceTask>",
        several("flowable:collection='${units}' flowable:elementVariable='unit'>"),
        several("isSequential='true'><loopDataInputRef>units</loopDataInputRef>"),
    )).as_bytes());
    let read = &imported.definitions[0];
    assert_eq!(node(read, "t").inside, Some(key("h")));
    assert_eq!(node(read, "h").inside, Some(key("g")));
    let each = |item: Option<&str>, in_turn| {
        let (of, item) = (key("units"), item.map(key));
        Some(Each {
            of,
            item,
            own: Vec::new(),
            in_turn,
            done: Passing::All,
        })
    };
    assert_eq!(
        node(read, "h").kind,
        Kind::Group {
            each: each(Some("unit"), false)
        }
    );
    let process = key("other");
    assert_eq!(
        node(read, "c").kind,
        Kind::Call {
            process,
            each: each(None, true),
            apart: false
        }
    );
    assert!(matches!(node(read, "n").kind, Kind::Gather { need: 2, .. }));
    for id in ["event", "tx", "ad", "o", "loop"] {
        assert!(matches!(node(read, id).kind, Kind::Foreign { .. }), "{id}");
    }
    let written = export(&imported.definitions, None).expect("it is written");
    for kept in [
        "id=\"inner\"",
        "id=\"deep\"",
        "<bpmn:transaction ",
        "<bpmn:adHocSubProcess ",
    ] {
        assert!(written.contains(kept), "{kept} is gone");
    }
}

#[test]
fn lanes_are_parts_and_what_else_they_say_stays() {
    let plain = "<laneSet><lane id='a' name='文书'><flowNodeRef>t</flowNodeRef></lane><lane id='b' name='处长'/></laneSet><task id='t'/>";
    let imported = round_trip(process(plain).as_bytes());
    let read = &imported.definitions[0];
    let part = |id: &str, title: &str| Part {
        id: key(id),
        title: title.into(),
        duties: Vec::new(),
    };
    assert_eq!(read.parts, [part("a", "文书"), part("b", "处长")]);
    assert_eq!(node(read, "t").part, Some(key("a")));
    assert!(read.foreign.is_empty());
    let nested = "<laneSet id='set'><lane id='a' name='x'><flowNodeRef>t</flowNodeRef><flowNodeRef>object</flowNodeRef>
        <childLaneSet><lane id='b'><documentation>说明</documentation><flowNodeRef>t</flowNodeRef></lane></childLaneSet></lane></laneSet>
        <task id='t'/><dataObject id='object'/>";
    let imported = round_trip(process(nested).as_bytes());
    let mut read = imported.definitions[0].clone();
    assert_eq!(node(&read, "t").part, Some(key("b")), "the innermost lane");
    let of =
        |definition: &Definition| export(std::slice::from_ref(definition), None).expect("written");
    assert!(of(&read).contains("说明"));
    read.parts.pop();
    read.parts.push(part("c", "新"));
    read.nodes[0].part = Some(key("c"));
    let again = import(of(&read).as_bytes()).expect("it is read");
    assert_eq!(
        again.definitions,
        [read],
        "lanes that were changed come back"
    );
}

#[test]
fn drawings_are_taken_over_in_whole_pixels_and_labels_stay() {
    let drawn = |id: &str, x: &str| {
        format!(
        "<di:BPMNShape id='{id}_di' bpmnElement='{id}'><dc:Bounds x='{x}' y='80' width='100' height='80'/>
         <di:BPMNLabel><dc:Bounds x='1.5' y='2' width='3' height='4'/></di:BPMNLabel></di:BPMNShape>"
    )
    };
    let xml = file(&format!(
        "<collaboration id='k'><participant id='pool' name='机关' processRef='p'/></collaboration>
         <process id='p'><documentation>做什么</documentation><task id='a'/><task id='b'/><sequenceFlow id='f' sourceRef='a' targetRef='b'/></process>
         <di:BPMNDiagram xmlns:di='http://www.omg.org/spec/BPMN/20100524/DI' xmlns:dc='http://www.omg.org/spec/DD/20100524/DC'>
         <di:BPMNPlane bpmnElement='k'>{}{}{}</di:BPMNPlane></di:BPMNDiagram>",
        drawn("pool", "0"), drawn("a", "10.6"), drawn("b", "300"),
    ));
    let imported = round_trip(xml.as_bytes());
    let mut read = imported.definitions[0].clone();
    assert_eq!((&*read.title, &*read.note), ("机关", "做什么"));
    assert_eq!(read.drawing.shapes.len(), 2);
    assert_eq!(read.drawing.shapes[&key("a")].x, 11);
    assert_eq!(
        imported
            .report
            .iter()
            .filter(|one| one.code == "drawing_rounded")
            .count(),
        1
    );
    let frame = Some(&imported.frame);
    let written = export(&imported.definitions, frame).expect("it is written");
    assert!(
        written.contains("x=\"10.6\"") && written.contains("x=\"1.5\""),
        "what did not move stays"
    );
    assert!(written.contains("name=\"机关\" processRef=\"p\""));
    read.nodes.remove(1);
    read.flows.clear();
    read.drawing.shapes.remove(&key("b"));
    let written = export(&[read.clone()], frame).expect("it is written");
    assert!(!written.contains("b_di"), "what is gone is drawn no more");
    assert_eq!(
        import(written.as_bytes()).expect("it is read").definitions,
        [read]
    );
}

#[test]
fn processes_without_content_stay_outside_unless_nothing_else_is_there() {
    let two =
        file("<process id='black'/><process id='p'><task id='t'/></process><dataStore id='d'/>");
    let imported = round_trip(two.as_bytes());
    assert_eq!(imported.definitions.len(), 1);
    assert!(imported.frame.as_str().contains("black"));
    assert_eq!(remark(&imported, "d", "dataStore").how, How::Kept);
    assert_eq!(remark(&imported, "black", "process").how, How::Kept);
    let empty = round_trip(file("<process id='a'/><process id='b'/>").as_bytes());
    assert_eq!(empty.definitions.len(), 2);
    let none = round_trip(file("<globalTask id='g'/>").as_bytes());
    assert!(none.definitions.is_empty());
    assert_eq!(remark(&none, "", "process").code, "no_process");
}

#[test]
fn a_frame_is_kept_as_text() {
    let imported = round_trip(process("<task id='t'/>").as_bytes());
    let json = serde_json::to_string(&imported.frame).expect("it is written");
    let read: crate::bpmn::Frame = serde_json::from_str(&json).expect("it is read");
    assert_eq!(read, imported.frame);
    assert!(serde_json::from_str::<crate::bpmn::Frame>("\"<a/>\"").is_err());
}
