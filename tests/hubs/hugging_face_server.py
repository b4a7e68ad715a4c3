"""The part of the Hugging Face Hub's HTTP that a preset needs, on this machine."""

import base64
import hashlib
import json
import re

from tests.hubs.loopback import Answer, Loopback


def as_json(content, status=200, **headers):
    return Answer(json.dumps(content).encode(), status, **headers)


class HuggingFaceServer(Loopback):
    """Repositories of models with branches; `.h5` files are stored as git LFS does.

    Attributes:
        commits: By repository and revision or commit, the files of it by name.
        stored: Large files by their SHA-256.
        sizes: Sizes that the listing has in place of the true ones, by name.
        visibility: By repository, that it was created with; None is the default.
        messages: Of the commits.
    """

    def __init__(self):
        super().__init__()
        self.commits, self.stored, self.sizes, self.visibility = {}, {}, {}, {}
        self.messages = []
        # Large files are on another host, to which the client sends no token.
        self.storage = self.url.replace("127.0.0.1", "localhost")

    def put(self, repository, files, branch="main"):
        """Make a commit of all files of a repository."""
        digest = hashlib.sha1(repr((sorted(files.items()), branch)).encode())
        commit = digest.hexdigest()
        branches = self.commits.setdefault(repository, {})
        branches[commit] = dict(files)
        branches[branch] = commit
        return commit

    def files(self, repository, revision="main"):
        """The files of a revision by name, and its commit; None where there is none."""
        branches = self.commits[repository]
        commit = branches.get(revision)
        if isinstance(commit, str):
            return branches[commit], commit
        return commit, revision

    def answer(self, method, path, query, body, headers):
        if path == "/api/validate-yaml":
            return as_json({})
        if path == "/api/repos/create":
            return self.create(json.loads(body))
        if path.startswith("/stored/"):
            return self.large(method, path.removeprefix("/stored/"), body)
        match = re.fullmatch(
            r"(?:/api/models)?/([^/]+/[^/]+?)(?:\.git/.*|(/.*)?)", path
        )
        repository, rest = match[1], match[2] or ""
        if repository not in self.commits:
            return Answer(status=401, X_Error_Code="RepoNotFound")
        if path.endswith(".git/info/lfs/objects/batch"):
            return self.batch(json.loads(body))
        action, _, place = rest.strip("/").partition("/")
        if action in ("", "revision"):
            return self.listing(repository, place or "main")
        if action == "resolve":
            return self.resolve(repository, *place.rsplit("/", 1))
        if action == "branch":
            self.commits[repository].setdefault(place, self.commits[repository]["main"])
            return as_json({})
        if action == "preupload":
            return self.modes(json.loads(body))
        return self.commit(repository, place, body)

    def create(self, asked):
        repository = f"{asked.get('organization') or 'me'}/{asked['name']}"
        answer = {"url": f"{self.url}/{repository}", "name": repository}
        if repository in self.commits:
            return as_json({**answer, "error": "You already created it"}, 409)
        private = "private" if asked.get("private") else None  # of older clients
        self.visibility[repository] = asked.get("visibility", private)
        self.put(repository, {})
        return as_json(answer)

    def listing(self, repository, revision):
        files, commit = self.files(repository, revision)
        if files is None:
            return Answer(status=404, X_Error_Code="RevisionNotFound")
        rows = []
        for name, content in files.items():
            size = self.sizes.get(name, len(content))
            header = b"blob %d\0" % len(content)
            row = {
                "rfilename": name,
                "size": size,
                "blobId": hashlib.sha1(header + content).hexdigest(),
            }
            if name.endswith(".h5"):
                sha256 = hashlib.sha256(content).hexdigest()
                row["lfs"] = {"sha256": sha256, "size": size, "pointerSize": 134}
            rows.append(row)
        return as_json({"id": repository, "sha": commit, "siblings": rows})

    def resolve(self, repository, revision, name):
        files, commit = self.files(repository, revision)
        if files is None:
            return Answer(status=404, X_Error_Code="RevisionNotFound")
        if name not in files:
            return Answer(
                status=404, X_Error_Code="EntryNotFound", X_Repo_Commit=commit
            )
        content = files[name]
        if not name.endswith(".h5"):
            etag = hashlib.sha1(content).hexdigest()
            return Answer(content, ETag=f'"{etag}"', X_Repo_Commit=commit)
        sha256 = hashlib.sha256(content).hexdigest()
        self.stored[sha256] = content
        return Answer(
            status=302,
            Location=f"{self.storage}/stored/{sha256}",
            X_Repo_Commit=commit,
            X_Linked_Etag=f'"{sha256}"',
            X_Linked_Size=len(content),
        )

    def large(self, method, sha256, body):
        if method == "PUT":
            assert hashlib.sha256(body).hexdigest() == sha256
            self.stored[sha256] = body
            return Answer()
        return Answer(self.stored[sha256])

    def batch(self, asked):
        objects = [
            {
                **one,
                "actions": {"upload": {"href": f"{self.url}/stored/{one['oid']}"}},
            }
            for one in asked["objects"]
        ]
        return as_json({"transfer": "basic", "objects": objects})

    def modes(self, asked):
        rows = [
            {
                "path": one["path"],
                "uploadMode": "lfs" if one["path"].endswith(".h5") else "regular",
                "shouldIgnore": False,
            }
            for one in asked["files"]
        ]
        return as_json({"files": rows})

    def commit(self, repository, branch, body):
        files, _ = self.files(repository, branch)
        if files is None:
            return Answer(status=404, X_Error_Code="RevisionNotFound")
        files = dict(files)
        for line in body.splitlines():
            entry = json.loads(line)
            value = entry["value"]
            if entry["key"] == "header":
                self.messages.append(value["summary"])
            elif entry["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            elif entry["key"] == "lfsFile":
                files[value["path"]] = self.stored[value["oid"]]
            else:
                del files[value["path"]]
        commit = self.put(repository, files, branch)
        url = f"{self.url}/{repository}/commit/{commit}"
        return as_json({"commitUrl": url, "commitOid": commit})
