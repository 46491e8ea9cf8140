use proptest::prelude::*;

use super::*;
use crate::bpmn::{BpmnError, DEEPEST, LARGEST};

fn refused(xml: &str) -> BpmnError {
    import(xml.as_bytes()).expect_err("it is not taken in")
}

#[test]
fn entity_bomb_is_refused_before_it_grows() {
    let bomb = r#"<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">&b;</definitions>"#;
    assert_eq!(refused(bomb), BpmnError::DocumentType { line: 2 });
    let outside = file("<process id=\"p\" name=\"&xxe;\"/>");
    assert!(matches!(refused(&outside), BpmnError::Entity { name, .. } if name == "xxe"));
    let text = file("<process id=\"p\">&xxe;</process>");
    assert!(matches!(refused(&text), BpmnError::Entity { name, .. } if name == "xxe"));
}

#[test]
fn what_is_no_bpmn_is_refused_with_its_place() {
    assert!(matches!(refused(""), BpmnError::Xml { .. }));
    assert!(matches!(refused("words"), BpmnError::Xml { .. }));
    assert!(matches!(
        refused("<a>\n<b></a>"),
        BpmnError::Xml { line: 2, .. }
    ));
    assert!(matches!(refused("<a/><b/>"), BpmnError::Xml { .. }));
    assert!(matches!(refused("<a x='1' x='2'/>"), BpmnError::Xml { .. }));
    assert!(matches!(refused("<a/>"), BpmnError::NotBpmn { name, .. } if name == "a"));
    assert_eq!(
        refused("<b:a/>"),
        BpmnError::Prefix {
            prefix: "b".into(),
            line: 1
        }
    );
    assert_eq!(
        refused("<a>\n\u{1}</a>"),
        BpmnError::Character {
            character: 1,
            line: 2
        }
    );
    assert!(matches!(
        refused("<a>&#1;</a>"),
        BpmnError::Xml { .. } | BpmnError::Character { .. }
    ));
    let deep = "<a>".repeat(DEEPEST + 1);
    assert_eq!(refused(&deep), BpmnError::TooDeep { line: 1 });
    assert_eq!(
        import(&vec![b' '; LARGEST + 1]),
        Err(BpmnError::TooLarge(LARGEST + 1))
    );
    let many: String = (0..300).map(|at| format!(" a{at}=''")).collect();
    assert!(matches!(
        refused(&format!("<a{many}/>")),
        BpmnError::TooMany { .. }
    ));
    let spaces: String = (0..300).map(|at| format!(" xmlns:a{at}='u'")).collect();
    assert!(matches!(
        refused(&format!("<a{spaces}/>")),
        BpmnError::TooMany { .. }
    ));
}

#[test]
fn more_nodes_than_a_definition_may_have_are_refused() {
    let nodes: String = (0..5_001).map(|at| format!("<task id='t{at}'/>")).collect();
    assert!(
        matches!(refused(&process(&nodes)), BpmnError::Definition { process, .. } if process == "p")
    );
}

#[test]
fn large_files_take_no_more_than_their_size() {
    let nodes: String = (0..4_900)
        .map(|_| "<task name='a:b:c'/>".to_owned())
        .collect();
    let same: String = (0..4_900)
        .map(|_| "<sequenceFlow id='f' sourceRef='task_1' targetRef='task_2'/>")
        .collect();
    let imported = import(process(&format!("{nodes}{same}")).as_bytes()).expect("it is read");
    assert_eq!(imported.definitions[0].nodes.len(), 4_900);
    let written = export(&imported.definitions, Some(&imported.frame)).expect("it is written");
    assert!(import(written.as_bytes()).expect("it is read").definitions == imported.definitions);
    let many = "<task/>".repeat(100_000);
    assert!(matches!(
        refused(&process(&many)),
        BpmnError::Definition { .. }
    ));
    let lanes = format!(
        "<laneSet>{}</laneSet><task/>",
        "<lane><flowNodeRef>x</flowNodeRef></lane>".repeat(20_000)
    );
    assert!(import(process(&lanes).as_bytes()).is_ok());
}

#[test]
fn encodings_are_read_or_named() {
    let xml = process("<startEvent id='s' name='开始'/>").replace("encoding=\"UTF-8\"", "");
    let wide: Vec<u16> = xml.encode_utf16().collect();
    let little: Vec<u8> = wide.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = wide.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    let marked = [b"\xff\xfe".to_vec(), little.clone()].concat();
    let marked_big = [b"\xfe\xff".to_vec(), big].concat();
    let bom = [b"\xef\xbb\xbf".to_vec(), xml.clone().into_bytes()].concat();
    for bytes in [xml.clone().into_bytes(), marked, marked_big, little, bom] {
        let imported = import(&bytes).expect("it is read");
        assert_eq!(node(&imported.definitions[0], "s").title, "开始");
    }
    let chinese = xml.replace(
        "<?xml version=\"1.0\"",
        "<?xml version=\"1.0\" encoding='GB18030'",
    );
    assert_eq!(refused(&chinese), BpmnError::Encoding("gb18030".into()));
    assert_eq!(import(b"<a>\xff</a>"), Err(BpmnError::Bytes(3)));
    assert!(matches!(
        import(b"\xff\xfe\x00\xd8"),
        Err(BpmnError::Bytes(_))
    ));
}

#[test]
fn references_to_nothing_are_read_and_come_back() {
    let imported = round_trip(process(
        "<startEvent/><task id=''/><task id='  '/><task id='t'/><task id='t'/>
         <sequenceFlow sourceRef='t' targetRef='gone'/><sequenceFlow id='f' sourceRef='t'/>
         <sequenceFlow id='g' sourceRef='' targetRef='t'/><exclusiveGateway id='x' default='gone'/>
         <boundaryEvent id='b'/><boundaryEvent id='c' attachedToRef='gone'><timerEventDefinition/></boundaryEvent>
         <callActivity id='k'/><callActivity id='l' calledElement=''/><complexGateway id='y'/>
         <subProcess id='sub'><sequenceFlow id='h' sourceRef='t' targetRef='sub'/></subProcess>
         <laneSet><lane><flowNodeRef>gone</flowNodeRef></lane><lane id='t'/></laneSet>",
    ).as_bytes());
    let read = &imported.definitions[0];
    assert!(read.flows.iter().any(|flow| &*flow.to == "gone"));
    assert_eq!(
        remark(&imported, "startEvent_1", "startEvent").code,
        "id_made_up"
    );
}

#[test]
fn names_of_namespaces_do_not_matter() {
    let of = |definitions: &str, p: &str, attribute: &str| {
        format!(
        "<{p}{definitions} {attribute}='http://www.omg.org/spec/BPMN/20100524/MODEL' xmlns:bpmn='urn:else'>
         <{p}process id='p'><{p}startEvent id='s'/><bpmn:task id='no'/></{p}process></{p}{definitions}>"
    )
    };
    for (prefix, attribute) in [
        ("", "xmlns"),
        ("semantic:", "xmlns:semantic"),
        ("andu:", "xmlns:andu"),
        ("xsi:", "xmlns:xsi"),
    ] {
        let imported = round_trip(of("definitions", prefix, attribute).as_bytes());
        assert_eq!(imported.definitions[0].nodes.len(), 1, "{prefix}");
        assert_eq!(imported.definitions[0].foreign.len(), 1, "{prefix}");
    }
}

const SEEDS: [&str; 3] = [
    "<startEvent id='s'/><userTask id='t' flowable:assignee='${initiator}' name='审'><extensionElements><flowable:taskListener event='x'/></extensionElements></userTask><sequenceFlow id='f' sourceRef='s' targetRef='t'><conditionExpression xsi:type='tFormalExpression'>${a &lt; 3}</conditionExpression></sequenceFlow>",
    "<laneSet id='l'><lane id='a'><flowNodeRef>g</flowNodeRef></lane></laneSet><subProcess id='g'><multiInstanceLoopCharacteristics><loopDataInputRef>x</loopDataInputRef></multiInstanceLoopCharacteristics><endEvent id='e'><terminateEventDefinition/></endEvent></subProcess>",
    "<intermediateThrowEvent id='a'><linkEventDefinition name='n'/></intermediateThrowEvent><intermediateCatchEvent id='b'><linkEventDefinition name='n'/></intermediateCatchEvent><boundaryEvent id='c' attachedToRef='a'><timerEventDefinition><timeDuration>PT5M</timeDuration></timerEventDefinition></boundaryEvent>",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = import(&bytes);
    }

    #[test]
    fn no_change_of_a_file_makes_it_panic(
        seed in 0..SEEDS.len(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6),
    ) {
        let mut bytes = process(SEEDS[seed]).into_bytes();
        for (at, byte, how) in changes {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                2 => { bytes.remove(at); }
                _ => {
                    let piece: Vec<u8> = bytes[at..bytes.len().min(at + 40)].to_vec();
                    bytes.splice(at..at, piece);
                }
            }
        }
        if let Ok(imported) = import(&bytes) {
            let written = export(&imported.definitions, Some(&imported.frame)).expect("it is written");
            let again = import(written.as_bytes()).expect("it is read");
            prop_assert_eq!(imported.definitions, again.definitions);
        }
    }
}
