//! Numbers: series, the ledger of each, who has which copy. For whoever keeps the records of an agency.

#![expect(
    clippy::needless_pass_by_value,
    reason = "handlers of the command table are given their arguments to keep"
)]

mod act;
mod read;

pub use act::{
    CopiesGive, CopiesRecall, NumberConfirm, NumberDone, NumberExplain, NumberReserve, NumberVoid,
    SeriesClose, SeriesFields, SeriesRemove,
};
pub use read::{
    CopyFind, CopyRow, LedgerKind, LedgerPage, LedgerQuery, LedgerRow, NumberCheck, NumberGap,
    NumberTally, SeriesRow,
};

use andu_app::number as app;

use crate::{
    caller::serve,
    draft::DraftRef,
    row::{Permission as P, Row, Tag as T, Write as W, row},
    session::Nothing,
};

const STALE: &[T] = &[T::Numbers, T::Sync];

/// Rows of the table.
pub const ROWS: &[Row] = &[
    row::<Nothing, Vec<SeriesRow>>("number_series_list", P::KeepVocabulary, W::None, &[])
        .served(|c, a| serve(c, a, |c, _: Nothing| read::series(c))),
    row::<LedgerQuery, LedgerPage>("number_ledger", P::KeepVocabulary, W::None, &[])
        .served(|c, a| serve(c, a, read::ledger)),
    row::<Nothing, NumberCheck>("number_check", P::KeepVocabulary, W::None, &[])
        .served(|c, a| serve(c, a, |c, _: Nothing| read::check(c))),
    row::<SeriesFields, NumberDone>("number_series_put", P::KeepVocabulary, W::Act, STALE)
        .served(|c, a| serve(c, a, act::put_series))
        .handled(app::put_series),
    row::<SeriesClose, NumberDone>("number_series_close", P::KeepVocabulary, W::Act, STALE)
        .served(|c, a| {
            serve(c, a, |c, a: SeriesClose| {
                act::done(c, "number_series_close", &a)
            })
        })
        .handled(app::close_series),
    row::<SeriesRemove, NumberDone>("number_series_remove", P::KeepVocabulary, W::Act, STALE)
        .served(|c, a| {
            serve(c, a, |c, a: SeriesRemove| {
                act::done(c, "number_series_remove", &a)
            })
        })
        .handled(app::remove_series),
    row::<NumberReserve, NumberDone>("number_reserve", P::KeepVocabulary, W::Act, STALE)
        .served(|c, a| {
            serve(c, a, |c, a: NumberReserve| {
                act::done(c, "number_reserve", &a)
            })
        })
        .handled(app::reserve),
    row::<NumberConfirm, NumberDone>("number_confirm", P::KeepVocabulary, W::Act, STALE)
        .served(|c, a| {
            serve(c, a, |c, a: NumberConfirm| {
                act::done(c, "number_confirm", &a)
            })
        })
        .handled(app::confirm),
    row::<NumberVoid, NumberDone>("number_void", P::KeepVocabulary, W::Act, STALE)
        .served(|c, a| serve(c, a, |c, a: NumberVoid| act::done(c, "number_void", &a)))
        .handled(app::void),
    row::<NumberExplain, NumberDone>("number_explain", P::KeepVocabulary, W::Act, STALE)
        .served(|c, a| {
            serve(c, a, |c, a: NumberExplain| {
                act::done(c, "number_explain", &a)
            })
        })
        .handled(app::explain),
    row::<DraftRef, Vec<CopyRow>>("copy_list", P::KeepVocabulary, W::None, &[])
        .served(|c, a| serve(c, a, read::copies)),
    row::<CopyFind, Vec<CopyRow>>("copy_find", P::KeepVocabulary, W::None, &[])
        .served(|c, a| serve(c, a, read::find_copies)),
    row::<CopiesGive, NumberDone>("copy_give", P::KeepVocabulary, W::Act, STALE)
        .served(|c, a| serve(c, a, |c, a: CopiesGive| act::done(c, "copy_give", &a)))
        .handled(app::give_copies),
    row::<CopiesRecall, NumberDone>("copy_recall", P::KeepVocabulary, W::Act, STALE)
        .served(|c, a| serve(c, a, |c, a: CopiesRecall| act::done(c, "copy_recall", &a)))
        .handled(app::recall_copies),
];
