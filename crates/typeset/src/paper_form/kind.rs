//! Which paper forms there are, and the names of what stands in each. A template may leave things out and place them
//! as an agency likes; it may not invent names, or nobody would fill them.

use serde::{Deserialize, Serialize};

/// A form that goes along with a document, or stands for one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormKind {
    /// 发文稿纸
    OutgoingSheet,
    /// 收文处理单（批办单）
    IncomingSheet,
    /// 传阅单
    CirculationSheet,
    /// 签报单
    InternalRequest,
    /// 会签单
    CountersignSheet,
    /// 退文单
    ReturnSlip,
    /// 交办单
    AssignmentSlip,
    /// 督办通知单
    SupervisionNotice,
    /// 电话记录单
    TelephoneRecord,
}

/// A register: a row for each document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegisterKind {
    /// 发文登记簿
    OutgoingRegister,
    /// 收文登记簿
    IncomingRegister,
}

/// A name that content and templates use, and what it is called on paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Named {
    /// As in JSON: `issue_number`.
    pub name: &'static str,
    /// As on paper: 发文字号.
    pub label: &'static str,
}

const fn named(name: &'static str, label: &'static str) -> Named {
    Named { name, label }
}

/// The label of `name` in a list of names.
fn label_in(all: &[Named], name: &str) -> Option<&'static str> {
    all.iter()
        .find(|known| known.name == name)
        .map(|known| known.label)
}

/// What all nine forms may hold.
const EVERYWHERE: [Named; 6] = [
    named("classification", "密级"),
    named("urgency", "紧急程度"),
    named("title", "标题"),
    named("attachments", "附件"),
    named("telephone", "联系电话"),
    named("remarks", "备注"),
];

impl FormKind {
    /// All nine, in the order they are listed.
    pub const ALL: [Self; 9] = [
        Self::OutgoingSheet,
        Self::IncomingSheet,
        Self::CirculationSheet,
        Self::InternalRequest,
        Self::CountersignSheet,
        Self::ReturnSlip,
        Self::AssignmentSlip,
        Self::SupervisionNotice,
        Self::TelephoneRecord,
    ];

    /// Its name in JSON and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OutgoingSheet => "outgoing_sheet",
            Self::IncomingSheet => "incoming_sheet",
            Self::CirculationSheet => "circulation_sheet",
            Self::InternalRequest => "internal_request",
            Self::CountersignSheet => "countersign_sheet",
            Self::ReturnSlip => "return_slip",
            Self::AssignmentSlip => "assignment_slip",
            Self::SupervisionNotice => "supervision_notice",
            Self::TelephoneRecord => "telephone_record",
        }
    }

    /// What an office calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::OutgoingSheet => "发文稿纸",
            Self::IncomingSheet => "收文处理单",
            Self::CirculationSheet => "传阅单",
            Self::InternalRequest => "签报单",
            Self::CountersignSheet => "会签单",
            Self::ReturnSlip => "退文单",
            Self::AssignmentSlip => "交办单",
            Self::SupervisionNotice => "督办通知单",
            Self::TelephoneRecord => "电话记录单",
        }
    }

    /// The form of that name or label.
    pub fn of_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.name() == name || kind.label() == name)
    }

    /// Its fields: one text each.
    pub fn fields(self) -> Vec<Named> {
        [&EVERYWHERE[..], self.own_fields()].concat()
    }

    /// Its opinion areas: any number of opinions each.
    pub const fn areas(self) -> &'static [Named] {
        match self {
            Self::OutgoingSheet => {
                const {
                    &[
                        named("issue", "签发"),
                        named("countersign", "会签"),
                        named("review", "审核"),
                        named("legal_review", "合法性审核"),
                        named("department_review", "拟稿单位意见"),
                        named("recheck", "复核"),
                    ]
                }
            }
            Self::IncomingSheet => {
                const {
                    &[
                        named("initial_review", "初审意见"),
                        named("propose", "拟办意见"),
                        named("instruct", "领导批示"),
                        named("circulate", "传阅"),
                        named("handle", "承办结果"),
                        named("close", "办结归档"),
                    ]
                }
            }
            Self::CirculationSheet => {
                const {
                    &[
                        named("propose", "拟办意见"),
                        named("instruct", "领导批示"),
                        named("circulate", "传阅"),
                    ]
                }
            }
            Self::InternalRequest => {
                const {
                    &[
                        named("department_review", "部门负责人意见"),
                        named("countersign", "会签意见"),
                        named("review", "办公室意见"),
                        named("instruct", "领导批示"),
                        named("handle", "办理结果"),
                    ]
                }
            }
            Self::CountersignSheet => {
                const {
                    &[
                        named("department_review", "主办单位意见"),
                        named("countersign", "会签"),
                        named("adoption", "意见采纳情况"),
                    ]
                }
            }
            Self::ReturnSlip => {
                const {
                    &[
                        named("initial_review", "初审意见"),
                        named("approve", "审批意见"),
                        named("receipt", "来文单位签收"),
                    ]
                }
            }
            Self::AssignmentSlip => {
                const {
                    &[
                        named("instruct", "领导批示"),
                        named("approve", "交办单位意见"),
                        named("receipt", "承办单位签收"),
                        named("handle", "办理结果"),
                    ]
                }
            }
            Self::SupervisionNotice => {
                const {
                    &[
                        named("instruct", "领导批示"),
                        named("approve", "督办单位意见"),
                        named("receipt", "承办单位签收"),
                        named("handle", "办理情况"),
                        named("review", "督办核查意见"),
                    ]
                }
            }
            Self::TelephoneRecord => {
                const {
                    &[
                        named("propose", "拟办意见"),
                        named("instruct", "领导批示"),
                        named("handle", "处理结果"),
                    ]
                }
            }
        }
    }

    /// What a field is called.
    pub fn field_label(self, name: &str) -> Option<&'static str> {
        label_in(&EVERYWHERE, name).or_else(|| label_in(self.own_fields(), name))
    }

    /// What an opinion area is called.
    pub fn area_label(self, name: &str) -> Option<&'static str> {
        label_in(self.areas(), name)
    }

    /// The fields by which a 续页 is known to belong to its first page.
    pub const fn identifying(self) -> &'static [&'static str] {
        match self {
            Self::OutgoingSheet | Self::CountersignSheet => &["issue_number", "title"],
            Self::IncomingSheet | Self::CirculationSheet => {
                &["register_number", "sender", "sender_number", "title"]
            }
            Self::InternalRequest | Self::TelephoneRecord => &["register_number", "title"],
            Self::ReturnSlip => &["return_number", "sender", "sender_number", "title"],
            Self::AssignmentSlip => &["assignment_number", "title"],
            Self::SupervisionNotice => &["supervision_number", "title"],
        }
    }

    const fn own_fields(self) -> &'static [Named] {
        match self {
            Self::OutgoingSheet => {
                const {
                    &[
                        named("issue_number", "发文字号"),
                        named("document_type", "文种"),
                        named("main_recipients", "主送"),
                        named("copy_recipients", "抄送"),
                        named("disclosure", "公开属性"),
                        named("drafting_department", "拟稿单位"),
                        named("drafter", "拟稿人"),
                        named("drafted_on", "拟稿日期"),
                        named("date_of_issue", "成文日期"),
                        named("copies", "印制份数"),
                        named("proofreader", "校对"),
                        named("seal", "用印"),
                        named("printed_on", "印发日期"),
                    ]
                }
            }
            Self::IncomingSheet => {
                const {
                    &[
                        named("sender", "来文机关"),
                        named("sender_number", "来文字号"),
                        named("document_date", "成文日期"),
                        named("register_number", "收文号"),
                        named("received_on", "收文日期"),
                        named("copies", "份数"),
                        named("pages", "页数"),
                        named("due_on", "限办日期"),
                        named("handling", "办件类型"),
                        named("handling_office", "承办部门"),
                        named("closed_on", "办结日期"),
                        named("archive_number", "归档"),
                    ]
                }
            }
            Self::CirculationSheet => {
                const {
                    &[
                        named("sender", "来文机关"),
                        named("sender_number", "来文字号"),
                        named("register_number", "收文号"),
                        named("received_on", "收文日期"),
                        named("copies", "份数"),
                        named("pages", "页数"),
                        named("circulated_on", "送阅日期"),
                        named("due_on", "阅退期限"),
                        named("circulation_note", "传阅要求"),
                        named("returned_on", "阅毕退回"),
                    ]
                }
            }
            Self::InternalRequest => {
                const {
                    &[
                        named("register_number", "签报编号"),
                        named("drafting_department", "呈报部门"),
                        named("drafter", "经办人"),
                        named("drafted_on", "呈报日期"),
                        named("matter", "呈报内容"),
                        named("due_on", "请批复日期"),
                    ]
                }
            }
            Self::CountersignSheet => {
                const {
                    &[
                        named("issue_number", "发文字号"),
                        named("document_type", "文种"),
                        named("drafting_department", "主办单位"),
                        named("drafter", "联系人"),
                        named("sent_on", "送会签日期"),
                        named("due_on", "反馈期限"),
                        named("matter", "会签事项"),
                    ]
                }
            }
            Self::ReturnSlip => {
                const {
                    &[
                        named("return_number", "退文编号"),
                        named("sender", "来文单位"),
                        named("sender_number", "来文字号"),
                        named("register_number", "收文号"),
                        named("received_on", "收文日期"),
                        named("returned_on", "退文日期"),
                        named("copies", "份数"),
                        named("grounds", "退文情形"),
                        named("reason", "退文理由"),
                        named("suggestion", "处理建议"),
                        named("handler", "经办人"),
                        named("seal", "退文单位（章）"),
                    ]
                }
            }
            Self::AssignmentSlip => {
                const {
                    &[
                        named("assignment_number", "交办编号"),
                        named("assigned_on", "交办日期"),
                        named("source", "交办依据"),
                        named("handling_office", "主办单位"),
                        named("assisting_offices", "协办单位"),
                        named("requirement", "办理要求"),
                        named("due_on", "办结时限"),
                        named("contact", "联系人"),
                    ]
                }
            }
            Self::SupervisionNotice => {
                const {
                    &[
                        named("supervision_number", "督办编号"),
                        named("notified_on", "通知日期"),
                        named("round", "督办次数"),
                        named("source", "立项依据"),
                        named("handling_office", "主办单位"),
                        named("assisting_offices", "协办单位"),
                        named("progress", "目前进展"),
                        named("requirement", "督办要求"),
                        named("due_on", "办结时限"),
                        named("contact", "督办联系人"),
                    ]
                }
            }
            Self::TelephoneRecord => {
                const {
                    &[
                        named("register_number", "编号"),
                        named("caller_agency", "来电单位"),
                        named("caller", "来电人"),
                        named("caller_number", "来电号码"),
                        named("called_at", "来电时间"),
                        named("answered_by", "接话人"),
                        named("recorded_by", "记录人"),
                        named("matter", "通话内容"),
                        named("due_on", "办理时限"),
                    ]
                }
            }
        }
    }
}

impl RegisterKind {
    /// Both.
    pub const ALL: [Self; 2] = [Self::OutgoingRegister, Self::IncomingRegister];

    /// Its name in JSON and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OutgoingRegister => "outgoing_register",
            Self::IncomingRegister => "incoming_register",
        }
    }

    /// What an office calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::OutgoingRegister => "发文登记簿",
            Self::IncomingRegister => "收文登记簿",
        }
    }

    /// The register of that name or label.
    pub fn of_name(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.name() == name || kind.label() == name)
    }

    /// What its columns may hold.
    pub const fn fields(self) -> &'static [Named] {
        match self {
            Self::OutgoingRegister => {
                const {
                    &[
                        named("serial", "序号"),
                        named("date_of_issue", "发文日期"),
                        named("issue_number", "发文字号"),
                        named("title", "标题"),
                        named("classification", "密级"),
                        named("urgency", "紧急程度"),
                        named("main_recipients", "发往机关"),
                        named("copies", "份数"),
                        named("drafting_department", "拟稿单位"),
                        named("drafter", "拟稿人"),
                        named("signatory", "签发人"),
                        named("archive_number", "归档"),
                        named("remarks", "备注"),
                    ]
                }
            }
            Self::IncomingRegister => {
                const {
                    &[
                        named("serial", "序号"),
                        named("received_on", "收文日期"),
                        named("register_number", "收文号"),
                        named("sender", "来文机关"),
                        named("sender_number", "来文字号"),
                        named("title", "标题"),
                        named("classification", "密级"),
                        named("urgency", "紧急程度"),
                        named("copies", "份数"),
                        named("due_on", "限办日期"),
                        named("handling_office", "承办部门"),
                        named("result", "办理结果"),
                        named("receipt", "签收人"),
                        named("archive_number", "归档"),
                        named("remarks", "备注"),
                    ]
                }
            }
        }
    }

    /// What a column is called.
    pub fn field_label(self, name: &str) -> Option<&'static str> {
        label_in(self.fields(), name)
    }
}
