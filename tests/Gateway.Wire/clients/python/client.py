"""Calls the test service as any program with grpcio would. Arguments: port, descriptor set, scenario, name of the call."""

import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

port, descriptors, scenario, name = sys.argv[1:]
pool = descriptor_pool.DescriptorPool()
with open(descriptors, "rb") as file:
    for proto in descriptor_pb2.FileDescriptorSet.FromString(file.read()).file:
        pool.Add(proto)
messages = message_factory.MessageFactory(pool)
channel = grpc.insecure_channel(
    f"127.0.0.1:{port}", compression=grpc.Compression.Gzip if scenario == "gzip" else None)
metadata = [("authorization", "ann")]


def message(full_name):
    return messages.GetPrototype(pool.FindMessageTypeByName(full_name))


def method(method_name):
    found = pool.FindServiceByName("plek.test.v1.EchoService").methods_by_name[method_name]
    make = channel.unary_stream if method_name in ("Count", "Watch") else channel.unary_unary
    stub = make(
        f"/plek.test.v1.EchoService/{method_name}",
        request_serializer=lambda request: request.SerializeToString(),
        response_deserializer=messages.GetPrototype(found.output_type).FromString)
    return lambda timeout=None, **fields: stub(messages.GetPrototype(found.input_type)(**fields), timeout=timeout, metadata=metadata)


def failure(call):
    try:
        call()
    except grpc.RpcError as error:
        return error
    raise AssertionError("it did not fail")


def details(error):
    data = next(value for key, value in error.trailing_metadata() if key == "grpc-status-details-bin")
    status = message("google.rpc.Status").FromString(data)
    return [message(any.type_url.split("/")[1]).FromString(any.value) for any in status.details]


def equal(actual, expected):
    assert actual == expected, f"expected {expected!r}, got {actual!r}"


def unary():
    answer = method("Echo")(text="één", inner=message("plek.test.v1.Inner")(bed_count=2, colour=1))
    equal((answer.text, answer.inner.bed_count, answer.inner.colour), ("één", 2, 1))
    equal(answer.caller, "ann")


def streaming():
    equal([answer.number for answer in method("Count")(to=1000)], list(range(1, 1001)))


def failing_stream():
    numbers = []

    def read():
        for answer in method("Count")(to=9, fail_after=2):
            numbers.append(answer.number)

    error = failure(read)
    equal(numbers, [1, 2])
    equal(error.code(), grpc.StatusCode.FAILED_PRECONDITION)
    equal(details(error)[0].reason, "TOLD_TO")


def cancellation():
    stream = method("Watch")(name=name)
    equal(next(stream).number, 1)
    stream.cancel()
    equal(failure(lambda: next(stream)).code(), grpc.StatusCode.CANCELLED)


def deadline():
    method("Echo")()  # Connected: from here on, time passes in the call only.
    equal(failure(lambda: method("Wait")(name=name, timeout=3)).code(), grpc.StatusCode.DEADLINE_EXCEEDED)


def errors():
    refused = failure(lambda: method("Fail")(how="refused"))
    equal(refused.code(), grpc.StatusCode.FAILED_PRECONDITION)
    equal(refused.details(), "Facility Één has 2 beds, 100% held.")
    info = details(refused)[0]
    equal((info.reason, info.domain, dict(info.metadata)), ("NOT_ENOUGH_BEDS", "plek", {"free_beds": "2"}))
    violation = details(failure(lambda: method("Fail")(how="field")))[1].field_violations[0]
    equal((violation.field, violation.description), ("inner.bed_count", "must be 1 to 32, was 33"))


def gzip():
    text = "a" * 100_000
    equal(method("Echo")(text=text).text, text)
    equal([len(answer.padding) for answer in method("Count")(to=3, padding=100_000)], [100_000] * 3)


globals()[scenario]()
channel.close()
