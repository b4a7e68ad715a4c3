"""The part of Kaggle's HTTP that a preset needs, on this machine."""

import base64
import hashlib
import json

from tests.hubs.loopback import Answer, Loopback


class KaggleServer(Loopback):
    """Models whose variations have numbered versions.

    Attributes:
        versions: By handle, without a version, the files of each version.
        models: Names of models that exist, `USER/MODEL`.
        asked_for: What was sent with the creation of the newest version.
        hashed: Whether the MD5 of a file is sent with it.
        next: Files of a version that appears after the next file is sent, or None.
    """

    def __init__(self):
        super().__init__()
        self.versions, self.models, self.uploaded = {}, set(), {}
        self.asked_for, self.next, self.hashed = None, None, True

    def put(self, handle, files):
        """Add a version."""
        self.models.add("/".join(handle.split("/")[:2]))
        self.versions.setdefault(handle, []).append(dict(files))

    def answer(self, method, path, query, body, headers):
        if path.startswith("/uploads/"):
            self.uploaded[path.removeprefix("/uploads/")]["content"] = body
            return Answer()
        if path.startswith("/files/"):
            return self.file(*path.removeprefix("/files/").rsplit("/", 2))
        action = path.rpartition("/")[2]
        return getattr(self, f"on_{action}")(json.loads(body))

    def on_GetModelInstance(self, asked):
        versions = self.versions.get(self.handle(asked))
        if versions is None:
            return Answer(status=403)
        return self.json({"versionNumber": len(versions)})

    def on_DownloadModelInstanceVersion(self, asked):
        version, name = asked["versionNumber"], asked["path"]
        versions = self.versions.get(self.handle(asked), [])
        if version > len(versions) or name not in versions[version - 1]:
            return Answer(status=404)
        place = f"{self.url}/files/{self.handle(asked)}/{version}/{name}"
        return Answer(status=302, Location=place)

    def file(self, handle, version, name):
        content = self.versions[handle][int(version) - 1][name]
        if self.next is not None:
            self.put(handle, self.next)
            self.next = None
        md5 = base64.b64encode(hashlib.md5(content).digest()).decode()
        sent = {"x_goog_hash": f"crc32c=AAAAAA==,md5={md5}"} if self.hashed else {}
        return Answer(content, **sent)

    def on_GetModel(self, asked):
        found = f"{asked['ownerSlug']}/{asked['modelSlug']}" in self.models
        return self.json({"id": 1}) if found else Answer(status=404)

    def on_CreateModel(self, asked):
        self.models.add(f"{asked['ownerSlug']}/{asked['slug']}")
        return self.json({"id": 1})

    def on_StartBlobUpload(self, asked):
        token = f"token{len(self.uploaded)}"
        self.uploaded[token] = {"name": asked["name"]}
        return self.json({"token": token, "createUrl": f"{self.url}/uploads/{token}"})

    def on_CreateModelInstance(self, asked):
        handle = self.handle({**asked, "instanceSlug": asked["body"]["instanceSlug"]})
        if handle in self.versions:
            return self.json({"error": "It exists", "errorCode": 409})
        return self.create(handle, asked)

    def on_CreateModelInstanceVersion(self, asked):
        return self.create(self.handle(asked), asked)

    def create(self, handle, asked):
        self.asked_for = asked["body"]
        blobs = [self.uploaded[one["token"]] for one in asked["body"]["files"]]
        self.put(handle, {one["name"]: one["content"] for one in blobs})
        return self.json({"id": 1})

    @staticmethod
    def handle(asked):
        names = asked["ownerSlug"], asked["modelSlug"], asked["instanceSlug"]
        return "{}/{}/keras/{}".format(*names)

    @staticmethod
    def json(content):
        return Answer(json.dumps(content).encode(), Content_Type="application/json")
