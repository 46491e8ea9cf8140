//! The store on real files: keys, versions, lists, find, outbox and the audit chain.

#![expect(
    clippy::disallowed_methods,
    reason = "tests look at the file as a thief would: without the store"
)]

use andu_base::ContentHash;
use andu_org::Named;
use andu_store::{
    AgencyRecord, AuditEntry, AuditError, DraftFilter, DraftRecord, DraftState, FindFilter,
    FindRecord, IS_COPY, Key, Sight, Store, StoreError, TextUpdate, Tx,
};
use andu_sync::{Operation, PullRequest, Scope};
use tempfile::TempDir;

const KEY: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

fn store() -> (TempDir, Store) {
    let folder = TempDir::new().expect("a temporary folder");
    let store = Store::open(&folder.path().join("andu.db"), Key::Plain).expect("a new store opens");
    (folder, store)
}

fn write<T>(store: &Store, f: impl FnOnce(&mut Tx<'_>) -> andu_store::Result<T>) -> T {
    store.write(f).expect("the write goes through")
}

fn draft(n: u32, author: &str, state: DraftState) -> DraftRecord {
    DraftRecord {
        id: format!("d{n:06}"),
        lineage: format!("l{n}"),
        agency_id: "a".into(),
        department_id: "b".into(),
        author_id: author.into(),
        author_name: "王一".into(),
        state,
        title: format!("关于第{n}批项目的通知"),
        document_type: if n.is_multiple_of(2) {
            "notice".into()
        } else {
            "letter".into()
        },
        format: "document".into(),
        direction: "downward".into(),
        urgency: String::new(),
        issue_number: String::new(),
        main_recipients: String::new(),
        characters: 0,
        frozen_hash: String::new(),
        submit_note: String::new(),
        pending_act: String::new(),
        refusal: String::new(),
        created_at: "2026-03-01T00:00:00Z".into(),
        changed_at: format!("2026-03-01T{:02}:{:02}:00Z", n / 60 % 24, n % 60),
    }
}

#[test]
fn a_store_opens_only_with_its_own_key_and_is_not_plain_on_the_disk() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("andu.db");
    let store = Store::open(&path, Key::Raw(KEY)).expect("a new store opens");
    write(&store, |tx| {
        tx.setting_put("secret", "这是不能明文落盘的内容")
    });
    drop(store);
    let bytes = std::fs::read(&path).expect("the file is there");
    assert!(
        !bytes.starts_with(b"SQLite format 3"),
        "the file is a plain database"
    );
    let needle = "不能明文落盘".as_bytes();
    assert!(
        !bytes.windows(needle.len()).any(|window| window == needle),
        "text lies open"
    );
    let other = KEY.replace("00", "01");
    assert!(matches!(
        Store::open(&path, Key::Raw(&other)),
        Err(StoreError::WrongKey)
    ));
    assert!(matches!(
        Store::open(&path, Key::Plain),
        Err(StoreError::WrongKey)
    ));
    let again = Store::open(&path, Key::Raw(KEY)).expect("the right key opens");
    let value: Option<String> = again.read(|r| r.setting("secret")).expect("reads");
    assert_eq!(value.as_deref(), Some("这是不能明文落盘的内容"));
}

#[test]
fn a_newer_store_is_refused_and_left_as_it_is() {
    let (folder, store) = store();
    drop(store);
    let path = folder.path().join("andu.db");
    let raw = rusqlite::Connection::open(&path).expect("a plain file");
    raw.pragma_update(None, "user_version", 99)
        .expect("a version");
    drop(raw);
    let error = Store::open(&path, Key::Plain)
        .err()
        .expect("a newer store is refused");
    assert!(
        matches!(error, StoreError::Newer { found: 99, .. }),
        "{error:?}"
    );
    let raw = rusqlite::Connection::open(&path).expect("still there");
    let version: u32 = raw
        .query_row("pragma user_version", [], |row| row.get(0))
        .expect("reads");
    assert_eq!(version, 99, "the refused file was touched");
}

#[test]
fn a_store_of_the_first_version_is_brought_up_to_date_after_a_copy() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("andu.db");
    let raw = rusqlite::Connection::open(&path).expect("a plain file");
    raw.execute_batch(include_str!("../migrations/0001_start.sql"))
        .expect("the tables of version 1");
    raw.execute_batch(
        "create virtual table find_index using fts5(title, body, content = '', contentless_delete = 1,
             tokenize = 'unicode61 remove_diacritics 0');
         insert into find_index (rowid, title, body) values (7, '防汛 汛', '加强 强水 水利 利');
         insert into agency values ('01890000-0000-7000-8000-000000000001', '望溪县水务局', '', '望水');
         insert into department values ('01890000-0000-7000-8000-000000000002',
             '01890000-0000-7000-8000-000000000001', '办公室');
         insert into person values ('01890000-0000-7000-8000-000000000003',
             '01890000-0000-7000-8000-000000000001', '01890000-0000-7000-8000-000000000002',
             '何雨桐', '科员', 'draft read_department');
         insert into person values ('01890000-0000-7000-8000-000000000004',
             '01890000-0000-7000-8000-000000000001', '01890000-0000-7000-8000-000000000002',
             '沈亦舟', '科员', '');
         insert into find_entry (entry, draft_id, version_id, title, issue_number, document_type,
             changed_on, changed_at, text)
             values (7, 'd7', '', '防汛', '', 'notice', '2026-03-01', '2026-03-01T00:00:00Z', '加强水利');
         pragma user_version = 1;",
    )
    .expect("an entry of version 1");
    drop(raw);
    let store = Store::open(&path, Key::Plain).expect("an older store opens");
    let filter = FindFilter {
        limit: 5,
        ..FindFilter::default()
    };
    let (total, found) = store
        .read(|r| r.find(&Sight::Whole, "水利", &filter))
        .expect("finds");
    assert_eq!(total, 1, "the index was lost on the way");
    assert_eq!(found[0].text, "加强水利", "the text was lost on the way");
    assert!(
        folder.path().join("andu.db.before-v2").exists(),
        "no copy was kept"
    );
    let id = "01890000-0000-7000-8000-000000000003";
    let person = id.parse().expect("an id");
    let held = store.read(|r| r.held_grants(person)).expect("reads");
    let agency = "01890000-0000-7000-8000-000000000001".parse();
    let organisation = store.read(|r| r.organisation(agency.expect("an id")));
    let organisation = organisation.expect("an organisation");
    for (person, held) in organisation.all_held() {
        let kept = store.read(|r| r.held_grants(person)).expect("reads");
        assert_eq!(kept, held, "grants do not follow from the appointments");
    }
    let words: Vec<&str> = held.iter().map(|held| held.grant.name()).collect();
    assert_eq!(words, ["draft", "read_department"]);
    let day = andu_base::Date::constant(2026, 3, 1);
    let title = organisation.titles_on(person, day)[0];
    let post = title.appointment.post_id.as_text();
    assert_eq!(organisation.name_on(Named::Post, &post, day), "科员");
}

#[test]
fn a_failed_write_leaves_nothing_behind() {
    let (_folder, store) = store();
    let failed: andu_store::Result<()> = store.write(|tx| {
        tx.setting_put("half", "done")?;
        Err(StoreError::DiskFull)
    });
    assert!(failed.is_err());
    let value: Option<String> = store.read(|r| r.setting("half")).expect("reads");
    assert_eq!(value, None, "half a transaction stayed");
}

#[test]
fn lists_are_cut_counted_and_kept_apart_by_author() {
    let (_folder, store) = store();
    write(&store, |tx| {
        for n in 0..300 {
            tx.draft_put(&draft(n, "me", DraftState::Drafting))?;
        }
        tx.draft_put(&draft(900, "other", DraftState::Submitted))?;
        tx.draft_put(&draft(901, "me", DraftState::Discarded))
    });
    let filter = DraftFilter {
        author_id: "me".into(),
        offset: 290,
        limit: 50,
        ..Default::default()
    };
    let (total, rows) = store
        .read(|r| r.drafts(&Sight::Whole, &filter))
        .expect("lists");
    assert_eq!((total, rows.len()), (300, 10));
    assert_eq!(rows[0].id, "d000009", "newest change first");
    let others = DraftFilter {
        from_other: true,
        limit: 9,
        ..filter.clone()
    };
    let (total, rows) = store
        .read(|r| {
            r.drafts(
                &Sight::Whole,
                &DraftFilter {
                    offset: 0,
                    ..others.clone()
                },
            )
        })
        .expect("lists");
    assert_eq!((total, rows[0].id.as_str()), (1, "d000900"));
    let typed = DraftFilter {
        document_type: "letter".into(),
        offset: 0,
        ..filter
    };
    assert_eq!(
        store
            .read(|r| r.drafts(&Sight::Whole, &typed))
            .expect("lists")
            .0,
        150
    );
    let tally = store
        .read(|r| r.draft_counts(&Sight::Whole, "me"))
        .expect("counts");
    assert_eq!(
        (tally.drafting, tally.discarded, tally.received),
        (300, 1, 1)
    );
}

#[test]
fn two_character_words_and_numbers_are_found_with_the_title_first() {
    let (_folder, store) = store();
    let entry = |id: &str, title: &str, number: &str, text: &str| FindRecord {
        draft_id: id.into(),
        title: title.into(),
        issue_number: number.into(),
        document_type: "notice".into(),
        changed_at: "2026-03-01T00:00:00Z".into(),
        changed_on: "2026-03-01".into(),
        text: text.into(),
        ..Default::default()
    };
    write(&store, |tx| {
        tx.find_put(&entry(
            "a",
            "关于防汛的通知",
            "青府发〔2026〕18号",
            "请各单位检查水利设施。",
        ))?;
        tx.find_put(&entry(
            "b",
            "关于加强水利建设的通知",
            "",
            "现就有关事项通知如下。",
        ))?;
        tx.find_put(&entry("c", "关于供水的通知", "", "水与利益无关。"))
    });
    let look = |text: &str| -> Vec<String> {
        let filter = FindFilter {
            limit: 20,
            ..Default::default()
        };
        let (_, hits) = store
            .read(|r| r.find(&Sight::Whole, text, &filter))
            .expect("finds");
        hits.into_iter().map(|hit| hit.draft_id).collect()
    };
    assert_eq!(look("水利"), ["b", "a"]);
    assert_eq!(look("青府发〔2026〕18号"), ["a"]);
    assert_eq!(look("水").len(), 3);
    assert!(look("利水").is_empty());
    write(&store, |tx| {
        tx.find_put(&entry("b", "关于加强交通建设的通知", "", ""))
    });
    assert_eq!(look("水利"), ["a"], "the old title is still found");
    write(&store, |tx| tx.find_remove("a"));
    assert!(look("水利").is_empty());
}

#[test]
fn pages_of_a_common_word_follow_one_another_among_drafts_with_many_versions() {
    let (_folder, store) = store();
    let entry = |draft: usize, version: usize| FindRecord {
        draft_id: format!("d{draft:02}"),
        version_id: if version == 0 {
            String::new()
        } else {
            format!("v{version}")
        },
        // The fewer words, the better the match.
        title: "水利".repeat(1 + draft / 10),
        document_type: if draft.is_multiple_of(2) {
            "notice"
        } else {
            "letter"
        }
        .into(),
        changed_at: "2026-03-01T00:00:00Z".into(),
        changed_on: "2026-03-01".into(),
        text: "经办".repeat(draft),
        ..Default::default()
    };
    write(&store, |tx| {
        (0..30).try_for_each(|draft| {
            (0..6).try_for_each(|version| tx.find_put(&entry(draft, version)))
        })
    });
    let look = |filter: &FindFilter| -> (u32, Vec<(String, String)>) {
        let (total, hits) = store
            .read(|r| r.find(&Sight::Whole, "水利", filter))
            .expect("finds");
        let ids = hits.into_iter().map(|hit| (hit.draft_id, hit.version_id));
        (total, ids.collect())
    };
    let page = |offset, limit, versions| FindFilter {
        offset,
        limit,
        versions,
        ..Default::default()
    };
    for versions in [false, true] {
        let every = if versions { 180 } else { 30 };
        let (total, all) = look(&page(0, 200, versions));
        assert_eq!((total, all.len()), (every, every as usize));
        // A condition that all fit goes the other way, through every match: the order is the same.
        let conditional = FindFilter {
            from: "2026-01-01".into(),
            ..page(0, 200, versions)
        };
        assert_eq!(look(&conditional).1, all, "two ways, two orders");
        let mut pages = Vec::new();
        for offset in (0..every).step_by(4) {
            pages.extend(look(&page(offset, 4, versions)).1);
        }
        assert_eq!(pages, all, "pages lose or repeat what they show");
    }
}

#[test]
fn an_update_is_kept_once_and_folding_loses_none() {
    let (_folder, store) = store();
    let update = |id: &'static str| TextUpdate {
        command_id: id,
        draft_id: "d000001",
        update: b"u",
        actor_id: "me",
        device_id: "x",
        claimed_at: "2026-03-01T00:00:00Z",
    };
    write(&store, |tx| {
        tx.draft_put(&draft(1, "me", DraftState::Drafting))?;
        assert!(tx.draft_update_append(&update("1"))?);
        assert!(
            !tx.draft_update_append(&update("1"))?,
            "the same update twice"
        );
        tx.draft_update_append(&update("2"))
    });
    assert_eq!(
        store
            .read(|r| r.draft_text("d000001"))
            .expect("reads")
            .len(),
        2
    );
    write(&store, |tx| {
        tx.draft_text_fold("d000001", b"state")?;
        tx.draft_update_append(&update("3"))
    });
    let parts = store.read(|r| r.draft_text("d000001")).expect("reads");
    assert_eq!(parts, [b"state".to_vec(), b"u".to_vec()]);
}

#[test]
fn scopes_have_no_gaps_and_carry_only_declared_columns() {
    let (_folder, store) = store();
    let scope = Scope("person:me".into());
    write(&store, |tx| {
        for n in 1..=3 {
            let row = serde_json::json!({"hash": "h", "document": "d"});
            assert_eq!(
                tx.scope_append(&scope, "frozen_text", "h", Operation::Put, &row)?,
                n
            );
        }
        Ok(())
    });
    let request = PullRequest {
        cursors: [(scope.clone(), 1)].into(),
        limit: 10,
        ..PullRequest::default()
    };
    let page = store
        .read(|r| r.scope_page(&scope, &request))
        .expect("reads");
    assert!(page.follows(1) && page.changes.len() == 2 && page.head == 3);
    let secret = serde_json::json!({"hash": "h", "refusal": "x"});
    for (entity, row) in [
        ("frozen_text", &secret),
        ("person", &serde_json::json!({"id": "x", "name": "x"})),
        ("device", &serde_json::json!({"id": "x"})),
    ] {
        let put: andu_store::Result<u64> =
            store.write(|tx| tx.scope_append(&scope, entity, "h", Operation::Put, row));
        assert!(
            matches!(put, Err(StoreError::Column { .. })),
            "{entity} went through"
        );
    }
    let gap: andu_store::Result<()> = store.write(|tx| tx.cursor_advance(&page));
    assert!(
        matches!(gap, Err(StoreError::Gap { cursor: 0, .. })),
        "a gap was swallowed"
    );
}

#[test]
fn the_audit_chain_shows_a_changed_entry() {
    let (folder, store) = store();
    let entry = |action: &str| AuditEntry {
        at: "2026-03-01T00:00:00Z".into(),
        actor_id: "me".into(),
        device_id: "x".into(),
        action: action.into(),
        subject_id: "d".into(),
        detail: String::new(),
    };
    write(&store, |tx| {
        tx.audit_append(&entry("draft_submit"))?;
        tx.audit_append(&entry("draft_withdraw"))
    });
    let verified: Result<u64, AuditError> = store.read(|r| r.audit_verify());
    assert_eq!(verified.expect("whole"), 2);
    let raw = rusqlite::Connection::open(folder.path().join("andu.db")).expect("a plain file");
    raw.execute("update audit_log set actor_id = 'you' where entry = 1", [])
        .expect("tampered");
    let verified: Result<u64, AuditError> = store.read(|r| r.audit_verify());
    assert!(
        matches!(verified, Err(AuditError::Broken(1))),
        "{verified:?}"
    );
}

#[test]
fn the_audit_chain_shows_what_was_cut_and_what_comes_after_covers_up_nothing() {
    let entry = |action: &str| AuditEntry {
        at: "2026-03-01T00:00:00Z".into(),
        actor_id: "me".into(),
        device_id: "x".into(),
        action: action.into(),
        subject_id: "d".into(),
        detail: String::new(),
    };
    let three = || {
        let (folder, store) = store();
        for action in ["draft_create", "draft_submit", "draft_withdraw"] {
            write(&store, |tx| tx.audit_append(&entry(action)));
        }
        (folder, store)
    };
    let cut = |folder: &TempDir, words: &str| {
        let raw = rusqlite::Connection::open(folder.path().join("andu.db")).expect("a plain file");
        raw.execute_batch(words).expect("cut");
    };
    let verified = |store: &Store| -> Result<u64, AuditError> { store.read(|r| r.audit_verify()) };

    let (folder, store) = three();
    assert_eq!(verified(&store).expect("whole"), 3);
    cut(&folder, "delete from audit_log where entry = 3");
    let found = verified(&store);
    assert!(
        matches!(
            found,
            Err(AuditError::Cut {
                left: 2,
                noted: Some(3)
            })
        ),
        "{found:?}"
    );
    write(&store, |tx| tx.audit_append(&entry("draft_number")));
    let found = verified(&store);
    assert!(matches!(found, Err(AuditError::Broken(3))), "{found:?}");

    // All of it, and without the note.
    let (folder, store) = three();
    cut(&folder, "delete from audit_log");
    let found = verified(&store);
    assert!(
        matches!(
            found,
            Err(AuditError::Cut {
                left: 0,
                noted: Some(3)
            })
        ),
        "{found:?}"
    );
    let (folder, store) = three();
    cut(
        &folder,
        "delete from audit_log where entry = 3; delete from meta where name = 'audit_head'",
    );
    for _ in 0..2 {
        let found = verified(&store);
        assert!(
            matches!(found, Err(AuditError::Cut { noted: None, .. })),
            "{found:?}"
        );
        write(&store, |tx| tx.audit_append(&entry("draft_number")));
    }

    // An entry that another program wrote, with the hash it ought to have.
    let (folder, store) = three();
    cut(
        &folder,
        "insert into audit_log select 4, at, actor_id, device_id, action, subject_id, detail,
             entry_hash, 'x' from audit_log where entry = 3",
    );
    write(&store, |tx| tx.audit_append(&entry("draft_number")));
    let found = verified(&store);
    assert!(matches!(found, Err(AuditError::Broken(4))), "{found:?}");
}

#[test]
fn agencies_are_found_by_initials_and_by_their_whole_name() {
    let (_folder, store) = store();
    let agency = |id: &str| AgencyRecord {
        id: id.into(),
        name: "青川市水利局".into(),
        short_name: "市水利局".into(),
        authority_code: "青水".into(),
        relation: "peer".into(),
        system: "政府".into(),
        members: Vec::new(),
    };
    write(&store, |tx| tx.agency_record_put(&agency("1")));
    for text in ["slj", "shuiliju", "水利", "SLJ", "shui li ju"] {
        assert_eq!(
            store
                .read(|r| r.agencies(&Sight::Whole, text, 5))
                .expect("reads")
                .len(),
            1,
            "{text}"
        );
    }
    assert!(
        store
            .read(|r| r.agencies(&Sight::Whole, "100%", 5))
            .expect("reads")
            .is_empty()
    );
    let other = store.read(|r| r.other_agency_named(&Sight::Whole, "青川市水利局", "2"));
    assert_eq!(other.expect("reads").as_deref(), Some("1"));
}

#[test]
fn a_frozen_text_that_was_touched_is_not_given_out() {
    let (folder, store) = store();
    let hash = ContentHash::of(b"{}").to_string();
    write(&store, |tx| tx.frozen_text_put(&hash, b"{}"));
    assert_eq!(store.read(|r| r.frozen_text(&hash)).expect("whole"), b"{}");
    let raw = rusqlite::Connection::open(folder.path().join("andu.db")).expect("a plain file");
    raw.execute("update frozen_text set document = x'7b'", [])
        .expect("tampered");
    let touched = store.read(|r| r.frozen_text(&hash));
    assert!(
        matches!(touched, Err(StoreError::Damaged(_))),
        "{touched:?}"
    );
}

#[test]
fn a_copy_is_a_whole_store_under_the_same_key() {
    let folder = TempDir::new().expect("a temporary folder");
    let store = Store::open(&folder.path().join("andu.db"), Key::Raw(KEY)).expect("opens");
    write(&store, |tx| tx.setting_put("a", "b"));
    let copy = folder.path().join("copy.db");
    store.copy_to(&copy).expect("copies");
    let copied = Store::open(&copy, Key::Raw(KEY)).expect("the copy opens with the key");
    copied.check_integrity().expect("the copy is sound");
    assert_eq!(
        copied.read(|r| r.setting("a")).expect("reads").as_deref(),
        Some("b")
    );
    assert!(
        Store::open(&copy, Key::Plain).is_err(),
        "the copy lies open"
    );
    // It says that it is a copy until somebody has acted on it, however often it is copied itself.
    let says = |store: &Store| store.read(|r| r.meta(IS_COPY)).expect("reads");
    assert_ne!(says(&store).as_deref(), Some("yes"));
    copied
        .copy_to(&copy.with_extension("again"))
        .expect("copies");
    assert_eq!(says(&copied).as_deref(), Some("yes"));
}

#[test]
fn a_closed_store_is_one_file() {
    let folder = TempDir::new().expect("a temporary folder");
    let path = folder.path().join("andu.db");
    let store = Store::open(&path, Key::Raw(KEY)).expect("opens");
    write(&store, |tx| tx.setting_put("a", "b"));
    let _: Option<String> = store.read(|r| r.setting("a")).expect("reads");
    drop(store);
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .expect("a folder")
        .flatten()
        .collect();
    assert_eq!(
        left.len(),
        1,
        "something was left beside the store: {left:?}"
    );
}

/// The log of a scope in which `a` was put, changed and put again, and `b` came and went.
fn busy_scope(store: &Store, scope: &Scope) {
    write(store, |tx| {
        for (row_id, operation) in [
            ("a", Operation::Put),
            ("b", Operation::Put),
            ("a", Operation::Put),
            ("b", Operation::Remove),
            ("a", Operation::Put),
            ("c", Operation::Put),
        ] {
            let row = match operation {
                Operation::Put => serde_json::json!({"hash": row_id}),
                Operation::Remove => serde_json::Value::Null,
            };
            tx.scope_append(scope, "frozen_text", row_id, operation, &row)?;
        }
        Ok(())
    });
}

fn page(store: &Store, scope: &Scope, cursor: u64, limit: u32) -> andu_sync::ScopePage {
    let request = PullRequest {
        cursors: [(scope.clone(), cursor)].into(),
        limit,
        ..PullRequest::default()
    };
    store
        .read(|reader| reader.scope_page(scope, &request))
        .expect("a page")
}

fn rows(page: &andu_sync::ScopePage) -> Vec<&str> {
    page.changes
        .iter()
        .map(|change| change.row_id.as_str())
        .collect()
}

#[test]
fn who_begins_or_is_far_behind_gets_what_is_there_and_nobody_else() {
    let (_folder, store) = store();
    let scope = Scope("department:d".into());
    busy_scope(&store, &scope);
    let first = page(&store, &scope, 0, 10);
    assert_eq!(rows(&first), ["a", "c"], "rows that are there, each once");
    let part = first.snapshot.expect("a snapshot");
    assert_eq!((part.at, part.to), (6, None));
    assert_eq!(rows(&page(&store, &scope, 2, 10)), ["a", "b", "a", "c"]);

    write(&store, |tx| {
        tx.scope_compact(&scope, 4).map(|gone| assert_eq!(gone, 4))
    });
    let behind = page(&store, &scope, 3, 10);
    assert!(behind.snapshot.is_some(), "behind the log, a snapshot");
    assert_eq!(rows(&behind), ["a", "c"]);
    let level = page(&store, &scope, 4, 10);
    assert_eq!((level.follows(4), rows(&level)), (true, vec!["a", "c"]));
    let beyond = page(&store, &scope, 9, 10);
    assert!(
        beyond.snapshot.is_some(),
        "a cursor of a history that is not here any more"
    );
}

#[test]
fn a_snapshot_in_parts_goes_on_where_it_was_and_leaves_later_rows_to_the_log() {
    let (_folder, store) = store();
    let scope = Scope("department:d".into());
    busy_scope(&store, &scope);
    let first = page(&store, &scope, 0, 1);
    let part = first.snapshot.clone().expect("a snapshot");
    assert_eq!(rows(&first), ["a"]);
    write(&store, |tx| {
        let row = serde_json::json!({"hash": "d"});
        tx.scope_append(&scope, "frozen_text", "d", Operation::Put, &row)
            .map(drop)
    });
    let mark = andu_sync::SnapshotMark {
        at: part.at,
        after: part.to.expect("more is to come"),
    };
    let request = PullRequest {
        snapshots: [(scope.clone(), mark)].into(),
        limit: 10,
        ..PullRequest::default()
    };
    let second = store
        .read(|reader| reader.scope_page(&scope, &request))
        .expect("a page");
    assert_eq!(rows(&second), ["c"], "what came later is the log's");
    assert_eq!(second.snapshot.as_ref().expect("a part").to, None);
    assert!(second.has_more(), "the log goes on behind the snapshot");
    assert_eq!(rows(&page(&store, &scope, part.at, 10)), ["d"]);
}

#[test]
fn what_was_erased_is_in_no_page_of_the_file_or_its_log() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let path = folder.path().join("store.db");
    let store = Store::open(&path, Key::Plain).expect("a store");
    let has = |word: &str| {
        ["", "-wal"].iter().any(|end| {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            let bytes = std::fs::read(std::path::Path::new(&name)).unwrap_or_default();
            bytes
                .windows(word.len())
                .any(|window| window == word.as_bytes())
        })
    };
    write(&store, |tx| {
        for (n, word) in [(1, "zqsecretword"), (2, "zqopenword")] {
            let mut record = draft(n, "x", DraftState::Submitted);
            record.title = word.into();
            tx.draft_put(&record)?;
            tx.find_put(&FindRecord {
                draft_id: record.id,
                title: word.into(),
                text: format!("{word} 的正文"),
                ..FindRecord::default()
            })?;
        }
        Ok(())
    });
    assert!(has("zqsecretword") && has("zqopenword"));
    write(&store, |tx| tx.draft_erase("d000001"));
    assert!(store.wipe().expect("wiped"), "nobody reads, so it is done");
    assert!(!has("zqsecretword"), "a trace of what was erased");
    assert!(has("zqopenword"), "the scan finds what is there");
}

#[test]
fn drafts_are_found_by_the_sound_of_their_title_among_ten_thousand() {
    let (_folder, store) = store();
    let titled = |n: u32, title: &str, state| DraftRecord {
        title: title.to_owned(),
        ..draft(n, "p1", state)
    };
    write(&store, |tx| {
        for n in 0..10_000 {
            let title = format!("关于开展第{n}批义务教育均衡发展情况检查的通知");
            tx.draft_put(&titled(n, &title, DraftState::Drafting))?;
        }
        tx.draft_put(&titled(
            10_000,
            "关于农田水利建设的通知",
            DraftState::Drafting,
        ))?;
        tx.draft_put(&titled(10_001, "关于水利工程的函", DraftState::Discarded))
    });
    let sounding = |sight: &Sight, typed: &str| {
        let drafts = store.read(|reader| reader.drafts_sounding(sight, typed, 6));
        let ids = drafts.expect("the look-up goes through").into_iter();
        ids.map(|draft| draft.id).collect::<Vec<_>>()
    };
    for typed in ["shuili", "SHUI LI", "sljs"] {
        assert_eq!(sounding(&Sight::Whole, typed), ["d010000"], "{typed}");
    }
    assert!(
        sounding(&Sight::Scopes(Vec::new()), "shuili").is_empty(),
        "what is not seen is not heard of either"
    );
}
