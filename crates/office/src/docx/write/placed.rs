//! A box of text at the foot of 版心 on the page of its paragraph: as a drawing, and in the older form
//! (VML) for programs that know no drawings of text. `LibreOffice` 7 puts neither a floating table nor a
//! framed paragraph there.

use std::fmt::Write as _;

use super::layout::{TEXT_WIDTH, tenth_mm};

/// English metric units in a twip.
const EMU: u32 = 635;
/// From the bottom of 版心 (262 mm) down to the margin, less the thickness of a rule.
const UNDER: u32 = tenth_mm(24) - 7;
/// A paragraph that takes no room, such as has to follow a table.
pub(super) const THIN: &str =
    "<w:pPr><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"20\" w:lineRule=\"exact\"/></w:pPr>";

/// A run with a box that ends at the foot of 版心; `content` is paragraphs and tables, `height` its height in twips
/// or more.
pub(super) fn at_foot(name: &str, content: &str, height: u32) -> String {
    let height = height + UNDER + 20;
    let (cx, cy) = (TEXT_WIDTH * EMU, height * EMU);
    let under = UNDER * EMU;
    let content = format!("<w:txbxContent>{content}<w:p>{THIN}</w:p></w:txbxContent>");
    let mut xml = String::from("<w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><w:drawing>");
    let _ = write!(
        xml,
        "<wp:anchor distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\" simplePos=\"0\" relativeHeight=\"1\" behindDoc=\"0\" locked=\"0\" layoutInCell=\"1\" allowOverlap=\"0\"><wp:simplePos x=\"0\" y=\"0\"/><wp:positionH relativeFrom=\"margin\"><wp:align>left</wp:align></wp:positionH><wp:positionV relativeFrom=\"margin\"><wp:align>bottom</wp:align></wp:positionV><wp:extent cx=\"{cx}\" cy=\"{cy}\"/><wp:effectExtent l=\"0\" t=\"0\" r=\"0\" b=\"0\"/><wp:wrapTopAndBottom/><wp:docPr id=\"9000\" name=\"{name}\"/><wp:cNvGraphicFramePr/>"
    );
    let _ = write!(
        xml,
        "<a:graphic><a:graphicData uri=\"http://schemas.microsoft.com/office/word/2010/wordprocessingShape\"><wps:wsp><wps:cNvSpPr txBox=\"1\"/><wps:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{cx}\" cy=\"{cy}\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom><a:noFill/><a:ln><a:noFill/></a:ln></wps:spPr><wps:txbx>{content}</wps:txbx><wps:bodyPr rot=\"0\" vert=\"horz\" wrap=\"square\" lIns=\"0\" tIns=\"0\" rIns=\"0\" bIns=\"{under}\" anchor=\"b\"><a:noAutofit/></wps:bodyPr></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
    );
    let points = |twips: u32| format!("{}.{:02}pt", twips / 20, twips % 20 * 5);
    let _ = write!(
        xml,
        "<mc:Fallback><w:pict><v:rect style=\"position:absolute;margin-left:0;margin-top:0;width:{};height:{};z-index:1;mso-position-horizontal-relative:margin;mso-position-vertical:bottom;mso-position-vertical-relative:margin;v-text-anchor:bottom\" filled=\"f\" stroked=\"f\"><v:textbox inset=\"0,0,0,{}\">{content}</v:textbox></v:rect></w:pict></mc:Fallback></mc:AlternateContent></w:r>",
        points(TEXT_WIDTH),
        points(height),
        points(UNDER)
    );
    xml
}
