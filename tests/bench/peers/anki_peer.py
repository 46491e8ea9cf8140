"""Anki's client and its sync server, as `pip install anki` brings them. argv: folder."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time

from anki.collection import Collection

folder = sys.argv[1]
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
server = subprocess.Popen(
    [sys.executable, "-m", "anki.syncserver"],
    env={
        **os.environ,
        "SYNC_USER1": "user:password",
        "SYNC_BASE": f"{folder}/server",
        "SYNC_HOST": "127.0.0.1",
        "SYNC_PORT": str(port),
        "RUST_LOG": "error",
    },
    stdout=subprocess.DEVNULL,
    stderr=subprocess.DEVNULL,
)
endpoint = f"http://127.0.0.1:{port}/"


def reach():
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the sync server did not start")


def whole(collection, auth, upload):
    collection.close_for_full_sync()
    collection.full_upload_or_download(auth=auth, server_usn=None, upload=upload)
    collection.reopen(after_full_sync=True)


def fill(asked):
    """An empty collection on both sides, kept aside; then the records at the server."""
    author = Collection(f"{folder}/author.anki2")
    auth = author.sync_login("user", "password", endpoint)
    author.sync_collection(auth, False)
    whole(author, auth, True)
    replica = Collection(f"{folder}/replica.anki2")
    replica.sync_collection(auth, False)
    whole(replica, auth, False)
    replica.close()
    shutil.copy(f"{folder}/replica.anki2", f"{folder}/empty.anki2")
    model = author.models.by_name("Basic")
    deck = author.decks.id("Default")
    with open(asked["file"], encoding="utf-8") as rows:
        for row in rows:
            note = author.new_note(model)
            note.fields[0] = json.loads(row)["title"]
            note.fields[1] = row.strip()
            author.add_note(note, deck)
    author.sync_collection(auth, False)
    author.close()
    return {}


opened = {}


def pull(_):
    if opened:
        opened["replica"].close()
    for ending in ("", "-wal", "-shm"):
        if os.path.exists(f"{folder}/replica.anki2{ending}"):
            os.remove(f"{folder}/replica.anki2{ending}")
    shutil.copy(f"{folder}/empty.anki2", f"{folder}/replica.anki2")
    replica = Collection(f"{folder}/replica.anki2")
    auth = replica.sync_login("user", "password", endpoint)
    opened.update(replica=replica, auth=auth)
    begin = time.perf_counter()
    said = replica.sync_collection(auth, False)
    ms = (time.perf_counter() - begin) * 1000
    return {"ms": ms, "count": replica.note_count(), "required": said.required}


def nothing(_):
    begin = time.perf_counter()
    opened["replica"].sync_collection(opened["auth"], False)
    return {"ms": (time.perf_counter() - begin) * 1000}


reach()
print(json.dumps({"ready": True}), flush=True)
operations = {"fill": fill, "pull": pull, "nothing": nothing}
try:
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            print(json.dumps(operations[asked["op"]](asked)), flush=True)
        except Exception as error:  # every failure is told to whoever asked
            print(json.dumps({"error": repr(error)}), flush=True)
finally:
    server.kill()
    server.wait()
