"""The official Python client, unmodified, against an API: KUBECONFIG says where.

Ends with one line: how many of the tests passed. They need an empty API without controllers.
"""

import datetime
import json
import sys
import threading
import unittest

import kubernetes
from kubernetes import client, config, dynamic, utils, watch
from kubernetes.client.rest import ApiException

GROUP = "virtualization.deckhouse.io"
VERSION = "v1alpha2"
JSON = "application/json-patch+json"
MERGE = "application/merge-patch+json"
STRATEGIC = "application/strategic-merge-patch+json"
APPLY = "application/apply-patch+yaml"


def config_map(name, labels=None, **data):
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": name, "labels": labels or {}},
        "data": data,
    }


def disk(name, size="1Gi", labels=None):
    return {
        "apiVersion": GROUP + "/" + VERSION,
        "kind": "VirtualDisk",
        "metadata": {"name": name, "labels": labels or {}},
        "spec": {"persistentVolumeClaim": {"size": size}},
    }


def machine(name):
    return {
        "apiVersion": GROUP + "/" + VERSION,
        "kind": "VirtualMachine",
        "metadata": {"name": name},
        "spec": {
            "virtualMachineClassName": "generic",
            "runPolicy": "AlwaysOff",
            "cpu": {"cores": 1},
            "memory": {"size": "64Mi"},
            "blockDeviceRefs": [{"kind": "VirtualDisk", "name": "d"}],
        },
    }


class Contract(unittest.TestCase):
    """Each test has a namespace of its own."""

    longMessage = True
    count = 0

    def setUp(self):
        Contract.count += 1
        self.space = "python-%d" % Contract.count
        self.core = client.CoreV1Api()
        self.custom = client.CustomObjectsApi()
        self.core.create_namespace({"metadata": {"name": self.space}})

    def refused(self, status, reason, call, *arguments, **named):
        with self.assertRaises(ApiException) as caught:
            call(*arguments, **named)
        self.assertEqual(status, caught.exception.status, caught.exception.body)
        answer = json.loads(caught.exception.body)
        self.assertEqual("Status", answer["kind"])
        self.assertEqual(reason, answer["reason"])
        return answer

    def raw(self, method, path, body=None, content_type="application/json", query=()):
        """A request through the client's own connection, credentials and codec."""
        try:
            return self.sent(method, path, body, content_type, query)
        except ApiException as refused:
            if refused.status != 0:
                raise
            # Older clients write only what is called JSON as JSON, and do not send anything else.
            return self.sent(method, path, json.dumps(body), content_type, query)

    def sent(self, method, path, body, content_type, query):
        return client.ApiClient().call_api(
            path,
            method,
            query_params=list(query),
            header_params={"Content-Type": content_type, "Accept": "application/json"},
            body=body,
            response_type="object",
            auth_settings=["BearerToken"],
            _return_http_data_only=True,
        )

    def path(self, plural, name=""):
        if plural in ("configmaps", "secrets"):
            collection = "/api/v1/namespaces/%s/%s" % (self.space, plural)
        else:
            collection = "/apis/%s/%s/namespaces/%s/%s" % (GROUP, VERSION, self.space, plural)
        return collection + ("/" + name if name else "")

    # The server

    def test_version_and_discovery(self):
        self.assertEqual("1", client.VersionApi().get_code().major)
        groups = [group.name for group in client.ApisApi().get_api_versions().groups]
        self.assertIn(GROUP, groups)
        core = {each.name: each for each in self.core.get_api_resources().resources}
        self.assertTrue(core["configmaps"].namespaced)
        self.assertIn("deletecollection", core["configmaps"].verbs)
        ours = self.custom_resources()
        self.assertEqual("VirtualMachine", ours["virtualmachines"])

    def custom_resources(self):
        answer = self.raw("GET", "/apis/%s/%s" % (GROUP, VERSION))
        return {each["name"]: each["kind"] for each in answer["resources"]}

    def test_typed_models_read_everything_that_is_listed(self):
        """The models refuse a missing field that Kubernetes always sends."""
        self.assertEqual(1, len(self.core.list_node().items))
        self.assertEqual("linux", self.core.list_node().items[0].status.node_info.operating_system)
        self.assertIn(self.space, [each.metadata.name for each in self.core.list_namespace().items])
        self.assertEqual([], self.core.list_pod_for_all_namespaces().items)
        self.assertEqual([], self.core.list_service_for_all_namespaces().items)
        self.assertNotEqual([], client.StorageV1Api().list_storage_class().items)
        crds = client.ApiextensionsV1Api().list_custom_resource_definition().items
        self.assertIn("virtualmachines." + GROUP, [each.metadata.name for each in crds])

    def test_who_may_what(self):
        review = client.AuthorizationV1Api().create_self_subject_access_review(
            {"spec": {"resourceAttributes": {"verb": "create", "resource": "configmaps"}}}
        )
        self.assertTrue(review.status.allowed)

    # Objects

    def test_create_read_replace_delete(self):
        made = self.core.create_namespaced_config_map(self.space, config_map("c", a="1"))
        self.assertIsInstance(made.metadata.creation_timestamp, datetime.datetime)
        read = self.core.read_namespaced_config_map("c", self.space)
        self.assertEqual(made, read)
        read.data["a"] = "2"
        replaced = self.core.replace_namespaced_config_map("c", self.space, read)
        self.assertEqual("2", replaced.data["a"])
        self.refused(
            409, "Conflict", self.core.replace_namespaced_config_map, "c", self.space, read
        )
        self.refused(
            409,
            "AlreadyExists",
            self.core.create_namespaced_config_map,
            self.space,
            config_map("c"),
        )
        deleted = self.core.delete_namespaced_config_map("c", self.space)
        self.assertEqual("Success", deleted.status)
        self.refused(404, "NotFound", self.core.read_namespaced_config_map, "c", self.space)

    def test_a_refusal_names_the_field(self):
        answer = self.refused(
            422, "Invalid", self.core.create_namespaced_config_map, self.space, config_map("No_Name")
        )
        self.assertEqual("metadata.name", answer["details"]["causes"][0]["field"])

    def test_secrets_and_service_accounts(self):
        made = self.core.create_namespaced_secret(
            self.space,
            client.V1Secret(
                metadata=client.V1ObjectMeta(name="s"), string_data={"password": "swordfish"}
            ),
        )
        self.assertEqual({"password": "c3dvcmRmaXNo"}, made.data)
        self.assertEqual("Opaque", made.type)
        account = self.core.create_namespaced_service_account(
            self.space, client.V1ServiceAccount(metadata=client.V1ObjectMeta(name="a"))
        )
        self.assertEqual("a", account.metadata.name)

    def test_leases_carry_microseconds(self):
        now = datetime.datetime(2026, 11, 22, 10, 0, 0, 123456, datetime.timezone.utc)
        leases = client.CoordinationV1Api()
        lease = client.V1Lease(
            metadata=client.V1ObjectMeta(name="l"),
            spec=client.V1LeaseSpec(
                holder_identity="me", lease_duration_seconds=15, renew_time=now, acquire_time=now
            ),
        )
        leases.create_namespaced_lease(self.space, lease)
        self.assertEqual(now, leases.read_namespaced_lease("l", self.space).spec.renew_time)

    def test_names_are_generated(self):
        made = self.core.create_namespaced_config_map(
            self.space, {"metadata": {"generateName": "gen-"}}
        )
        self.assertRegex(made.metadata.name, "^gen-[a-z0-9]{5}$")

    def test_finalizers_hold(self):
        body = config_map("c")
        body["metadata"]["finalizers"] = ["a.io/x"]
        self.core.create_namespaced_config_map(self.space, body)
        self.core.delete_namespaced_config_map("c", self.space)
        held = self.core.read_namespaced_config_map("c", self.space)
        self.assertIsNotNone(held.metadata.deletion_timestamp)
        held.metadata.finalizers = None
        self.core.replace_namespaced_config_map("c", self.space, held)
        self.refused(404, "NotFound", self.core.read_namespaced_config_map, "c", self.space)

    # Patches

    def test_each_content_type_on_a_core_kind(self):
        path = self.path("configmaps", "c")
        body = config_map("c", a="1")
        body["metadata"]["finalizers"] = ["a.io/x"]
        self.core.create_namespaced_config_map(self.space, body)

        # What the typed call chooses: operations for a list, a strategic patch for an object.
        typed = self.core.patch_namespaced_config_map(
            "c", self.space, {"metadata": {"finalizers": ["a.io/y"]}, "data": {"b": "2"}}
        )
        self.assertEqual({"a": "1", "b": "2"}, typed.data)
        self.assertEqual(["a.io/x", "a.io/y"], typed.metadata.finalizers)
        operations = [{"op": "remove", "path": "/data/a"}]
        typed = self.core.patch_namespaced_config_map("c", self.space, operations)
        self.assertEqual({"b": "2"}, typed.data)

        merged = self.raw("PATCH", path, {"metadata": {"finalizers": ["a.io/z"]}}, MERGE)
        self.assertEqual(["a.io/z"], merged["metadata"]["finalizers"])
        strategic = self.raw(
            "PATCH",
            path,
            {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a.io/z"]}},
            STRATEGIC,
        )
        self.assertNotIn("finalizers", strategic["metadata"])
        applied = self.raw(
            "PATCH", path, config_map("c", d="4"), APPLY, [("fieldManager", "python")]
        )
        self.assertEqual({"b": "2", "d": "4"}, applied["data"])
        dropped = self.raw("PATCH", path, config_map("c"), APPLY, [("fieldManager", "python")])
        self.assertEqual({"b": "2"}, dropped["data"])

    def test_each_content_type_on_a_custom_kind(self):
        path = self.path("virtualmachines", "m")
        self.raw("POST", self.path("virtualmachines"), machine("m"))
        cores = lambda answer: answer["spec"]["cpu"]["cores"]
        self.assertEqual(2, cores(self.raw("PATCH", path, {"spec": {"cpu": {"cores": 2}}}, MERGE)))
        operations = [
            {"op": "test", "path": "/spec/cpu/cores", "value": 2},
            {"op": "replace", "path": "/spec/cpu/cores", "value": 3},
        ]
        self.assertEqual(3, cores(self.raw("PATCH", path, operations, JSON)))
        self.refused(422, "Invalid", self.raw, "PATCH", path, operations, JSON)
        self.refused(415, "UnsupportedMediaType", self.raw, "PATCH", path, {}, STRATEGIC)
        configuration = machine("m")
        configuration["spec"]["cpu"]["cores"] = 4
        forced = [("fieldManager", "python"), ("force", "true")]
        self.assertEqual(4, cores(self.raw("PATCH", path, configuration, APPLY, forced)))
        answer = self.refused(
            409, "Conflict", self.raw, "PATCH", path, machine("m"), APPLY, [("fieldManager", "x")]
        )
        self.assertEqual(".spec.cpu.cores", answer["details"]["causes"][0]["field"])

    def test_the_status_has_its_own_path(self):
        self.raw("POST", self.path("virtualmachines"), machine("m"))
        status = self.custom.get_namespaced_custom_object_status(
            GROUP, VERSION, self.space, "virtualmachines", "m"
        )
        status["status"] = {"phase": "Stopped"}
        status["spec"]["cpu"]["cores"] = 9
        replaced = self.custom.replace_namespaced_custom_object_status(
            GROUP, VERSION, self.space, "virtualmachines", "m", status
        )
        self.assertEqual("Stopped", replaced["status"]["phase"])
        self.assertEqual(1, replaced["spec"]["cpu"]["cores"])

    # Lists and watches

    def test_selectors_and_pages(self):
        for name in "abcde":
            self.core.create_namespaced_config_map(
                self.space, config_map(name, {"name": name, "half": "1" if name < "c" else "2"})
            )
        names = lambda found: [each.metadata.name for each in found.items]
        maps = self.core.list_namespaced_config_map
        self.assertEqual(["a", "b"], names(maps(self.space, label_selector="half=1")))
        self.assertEqual(
            ["a", "e"], names(maps(self.space, label_selector="name in (a, e),half"))
        )
        self.assertEqual(
            ["d"], names(maps(self.space, field_selector="metadata.name=d,metadata.namespace!=x"))
        )
        first = maps(self.space, limit=2)
        self.assertEqual(3, first.metadata.remaining_item_count)
        second = maps(self.space, limit=2, _continue=first.metadata._continue)
        third = maps(self.space, limit=2, _continue=second.metadata._continue)
        self.assertEqual(list("abcde"), names(first) + names(second) + names(third))
        self.assertIsNone(third.metadata._continue)
        self.refused(400, "BadRequest", maps, self.space, field_selector="data.a=1")

    def test_a_watch_tells_and_is_taken_up_again(self):
        maps = self.core.list_namespaced_config_map
        self.core.create_namespaced_config_map(self.space, config_map("c", n="0"))
        start = maps(self.space).metadata.resource_version
        seen = []
        watching = watch.Watch()

        def change():
            self.core.patch_namespaced_config_map("c", self.space, {"data": {"n": "1"}})
            self.core.create_namespaced_config_map(self.space, config_map("d", n="0"))
            self.core.delete_namespaced_config_map("c", self.space)

        changing = threading.Thread(target=change)
        changing.start()
        for event in watching.stream(
            maps, self.space, resource_version=start, timeout_seconds=30
        ):
            seen.append(event["type"] + " " + event["object"].metadata.name)
            if len(seen) == 2:
                # What happens between two streams is not lost.
                resumed = event["object"].metadata.resource_version
                watching.stop()
        changing.join()
        for event in watch.Watch().stream(
            maps, self.space, resource_version=resumed, timeout_seconds=1
        ):
            seen.append(event["type"] + " " + event["object"].metadata.name)
        self.assertEqual(["MODIFIED c", "ADDED d", "DELETED c"], seen)

    def test_a_watch_of_a_custom_kind_ends_in_its_time(self):
        self.raw("POST", self.path("virtualdisks"), disk("d"))
        seen = [
            event["type"] + " " + event["object"]["metadata"]["name"]
            for event in watch.Watch().stream(
                self.custom.list_namespaced_custom_object,
                GROUP,
                VERSION,
                self.space,
                "virtualdisks",
                timeout_seconds=1,
            )
        ]
        self.assertEqual(["ADDED d"], seen)

    # Deletion

    def test_a_collection_is_deleted(self):
        for name in "abc":
            self.core.create_namespaced_config_map(
                self.space, config_map(name, {"part": "kept" if name == "c" else "lost"})
            )
        names = lambda: [
            each.metadata.name for each in self.core.list_namespaced_config_map(self.space).items
        ]
        delete = self.core.delete_collection_namespaced_config_map
        delete(self.space, label_selector="part=lost", dry_run="All")
        self.assertEqual(["a", "b", "c"], names())
        delete(self.space, label_selector="part=lost")
        self.assertEqual(["c"], names())
        for name in "xy":
            self.raw("POST", self.path("virtualdisks"), disk(name))
        self.custom.delete_collection_namespaced_custom_object(
            GROUP, VERSION, self.space, "virtualdisks"
        )
        left = self.custom.list_namespaced_custom_object(GROUP, VERSION, self.space, "virtualdisks")
        self.assertEqual([], left["items"])

    def test_preconditions_hold(self):
        made = self.core.create_namespaced_config_map(self.space, config_map("c"))
        self.refused(
            409,
            "Conflict",
            self.core.delete_namespaced_config_map,
            "c",
            self.space,
            body=client.V1DeleteOptions(preconditions=client.V1Preconditions(uid="another")),
        )
        self.core.delete_namespaced_config_map(
            "c",
            self.space,
            body=client.V1DeleteOptions(
                propagation_policy="Background",
                preconditions=client.V1Preconditions(uid=made.metadata.uid),
            ),
        )

    def test_a_dry_run_changes_nothing(self):
        create = self.core.create_namespaced_config_map
        told = create(self.space, config_map("c", a="1"), dry_run="All")
        self.assertTrue(told.metadata.uid)
        self.refused(404, "NotFound", self.core.read_namespaced_config_map, "c", self.space)
        before = create(self.space, config_map("c", a="1"))
        told = self.core.patch_namespaced_config_map(
            "c", self.space, {"data": {"a": "2"}}, dry_run="All"
        )
        self.assertEqual("2", told.data["a"])
        self.core.replace_namespaced_config_map(
            "c", self.space, config_map("c", a="3"), dry_run="All"
        )
        self.core.delete_namespaced_config_map("c", self.space, dry_run="All")
        self.core.delete_namespaced_config_map(
            "c", self.space, body=client.V1DeleteOptions(dry_run=["All"])
        )
        self.assertEqual(before, self.core.read_namespaced_config_map("c", self.space))
        self.refused(
            422, "Invalid", create, self.space, config_map("d"), dry_run="Some"
        )

    # The dynamic client, which Ansible uses

    def test_the_dynamic_client(self):
        everything = dynamic.DynamicClient(client.ApiClient())
        machines = everything.resources.get(api_version=GROUP + "/" + VERSION, kind="VirtualMachine")
        self.assertIn("vm", machines.short_names)
        made = machines.create(body=machine("m"), namespace=self.space)
        self.assertEqual(1, made.spec.cpu.cores)
        patched = machines.patch(
            body={"metadata": {"name": "m", "labels": {"l": "1"}}},
            namespace=self.space,
            content_type=MERGE,
        )
        self.assertEqual("1", patched.metadata.labels.l)
        replaced = machines.replace(body=patched.to_dict(), namespace=self.space)
        self.assertEqual(patched.metadata.resourceVersion, replaced.metadata.resourceVersion)
        found = machines.get(namespace=self.space, label_selector="l=1")
        self.assertEqual(["m"], [each.metadata.name for each in found.items])
        seen = [
            event["type"]
            for event in machines.watch(
                namespace=self.space, timeout=1, resource_version=None, label_selector="l=1"
            )
        ]
        self.assertEqual(["ADDED"], seen)
        status = machines.status.get(name="m", namespace=self.space)
        self.assertEqual("m", status.metadata.name)
        machines.delete(name="m", namespace=self.space)
        with self.assertRaises(dynamic.exceptions.NotFoundError):
            machines.get(name="m", namespace=self.space)

    def test_manifests_are_created(self):
        utils.create_from_dict(
            client.ApiClient(),
            {
                "apiVersion": "v1",
                "kind": "List",
                "items": [config_map("one"), config_map("two")],
            },
            namespace=self.space,
        )
        found = self.core.list_namespaced_config_map(self.space).items
        self.assertEqual(["one", "two"], [each.metadata.name for each in found])


if __name__ == "__main__":
    config.load_kube_config()
    suite = unittest.defaultTestLoader.loadTestsFromTestCase(Contract)
    result = unittest.TextTestRunner(stream=sys.stderr, verbosity=2).run(suite)
    bad = len(result.failures) + len(result.errors)
    print(
        "python client %s: %d passed, %d failed"
        % (kubernetes.__version__, result.testsRun - bad, bad)
    )
    sys.exit(1 if bad else 0)
