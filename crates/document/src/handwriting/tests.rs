use super::*;

const WRITTEN: &str = r#"{"format":"andu.handwriting/1","width":6000,"height":3000,"strokes":[[[0,0,500],[6000,3000,1000]],[[10,20,0]]]}"#;

fn point(x: u32, y: u32) -> Point {
    Point {
        x,
        y,
        pressure: 500,
    }
}

#[test]
fn strokes_read_back_as_the_same_bytes_and_the_same_name() {
    let read = Handwriting::parse(WRITTEN).expect("a handwriting");
    assert_eq!(read.to_json(), WRITTEN);
    assert_eq!(read.hash(), ContentHash::of(WRITTEN.as_bytes()));
    assert_eq!((read.width(), read.height()), (6000, 3000));
    assert_eq!(read.strokes()[0][1].pressure, 1000);
    let spaced = WRITTEN.replace(',', " ,\n");
    let again = Handwriting::parse(&spaced).expect("the same with white space");
    assert_eq!(again.hash(), read.hash());
    let inside: Handwriting = serde_json::from_str(WRITTEN).expect("by serde too");
    assert_eq!(inside, read);
}

#[test]
fn another_stroke_is_another_name() {
    let one = Handwriting::new(100, 100, vec![vec![point(1, 1)]]).expect("one");
    let other = Handwriting::new(100, 100, vec![vec![point(1, 2)]]).expect("another");
    assert_ne!(one.hash(), other.hash());
}

#[test]
fn what_is_out_of_bounds_is_refused_with_its_place() {
    let of = |from: &str, to: &str| {
        let changed = WRITTEN.replace(from, to);
        assert_ne!(changed, WRITTEN, "{from}");
        let by_serde = serde_json::from_str::<Handwriting>(&changed);
        assert!(by_serde.is_err(), "{to} passes serde");
        Handwriting::parse(&changed).expect_err(to)
    };
    assert_eq!(
        of("[10,20,0]", "[6001,20,0]"),
        HandwritingError::Outside {
            stroke: 2,
            point: 1,
            x: 6001,
            y: 20
        }
    );
    assert!(matches!(
        of("[10,20,0]", "[10,-1,0]"),
        HandwritingError::Outside { y: -1, .. }
    ));
    assert!(matches!(
        of("3000,1000]", "3000,1001]"),
        HandwritingError::Pressure {
            stroke: 1,
            point: 2,
            found: 1001
        }
    ));
    assert!(matches!(
        of("\"width\":6000", "\"width\":42001"),
        HandwritingError::Box { width: 42001, .. }
    ));
    assert!(matches!(
        of("\"height\":3000", "\"height\":0"),
        HandwritingError::Box { height: 0, .. }
    ));
    assert_eq!(
        of(",[[10,20,0]]", ",[]"),
        HandwritingError::Empty { stroke: 2 }
    );
    assert!(matches!(
        of("andu.handwriting/1", "andu.handwriting/2"),
        HandwritingError::Syntax { line: 1, .. }
    ));
    assert!(matches!(
        of("\"width\"", "\"colour\":1,\"width\""),
        HandwritingError::Syntax { .. }
    ));
    assert!(matches!(
        of("[10,20,0]", "[10,20]"),
        HandwritingError::Syntax { .. }
    ));
}

#[test]
fn counts_have_their_limits() {
    let stroke = vec![point(1, 1); MOST_POINTS / MOST_STROKES];
    let full = vec![stroke; MOST_STROKES];
    assert!(Handwriting::new(100, 100, full.clone()).is_ok());
    let mut points = full.clone();
    points[7].push(point(2, 2));
    assert_eq!(
        Handwriting::new(100, 100, points),
        Err(HandwritingError::TooManyPoints {
            points: MOST_POINTS + 1,
            limit: MOST_POINTS
        })
    );
    let strokes = vec![vec![point(1, 1)]; MOST_STROKES + 1];
    assert!(matches!(
        Handwriting::new(100, 100, strokes),
        Err(HandwritingError::TooManyStrokes { strokes: 201, .. })
    ));
    assert_eq!(
        Handwriting::new(100, 100, Vec::new()),
        Err(HandwritingError::Empty { stroke: 0 })
    );
    let long = " ".repeat(LARGEST_HANDWRITING + 1);
    assert!(matches!(
        Handwriting::parse(&long),
        Err(HandwritingError::TooLarge { .. })
    ));
}
