// Calls the test service as any program with Connect-ES would. Arguments: base URL, transport, descriptor set, scenario, name of the call.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { compressionGzip, createConnectTransport, createGrpcTransport } from '@connectrpc/connect-node';

const [baseUrl, transport, descriptors, scenario, name] = process.argv.slice(2);
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(descriptors)));
const headers = { authorization: 'ann' };
const options = scenario === 'gzip' ? { baseUrl, sendCompression: compressionGzip } : { baseUrl };
const client = createClient(registry.getService('plek.test.v1.EchoService'), {
  'json-1.1': () => createConnectTransport({ ...options, httpVersion: '1.1', useBinaryFormat: false }),
  'proto-1.1': () => createConnectTransport({ ...options, httpVersion: '1.1', useBinaryFormat: true }),
  'proto-2': () => createConnectTransport({ ...options, httpVersion: '2', useBinaryFormat: true }),
  grpc: () => createGrpcTransport(options),
}[transport]());

const failure = async (promise) => promise.then(() => assert.fail('it did not fail'), (error) => ConnectError.from(error));
const details = (error, type) => error.findDetails(registry.getMessage(type));

const scenarios = {
  async unary() {
    const answer = await client.echo({ text: 'één', inner: { bedCount: 2, colour: 1 } }, { headers });
    assert.equal(answer.text, 'één');
    assert.deepEqual([answer.inner.bedCount, answer.inner.colour], [2, 1]);
    assert.equal(answer.caller, 'ann');
  },
  async streaming() {
    const numbers = [];
    for await (const answer of client.count({ to: 1000 }, { headers })) numbers.push(answer.number);
    assert.deepEqual(numbers, Array.from({ length: 1000 }, (_, n) => n + 1));
  },
  async failing_stream() {
    const numbers = [];
    const error = await failure((async () => {
      for await (const answer of client.count({ to: 9, failAfter: 2 }, { headers })) numbers.push(answer.number);
    })());
    assert.deepEqual(numbers, [1, 2]);
    assert.equal(error.code, Code.FailedPrecondition);
    assert.equal(details(error, 'google.rpc.ErrorInfo')[0].reason, 'TOLD_TO');
  },
  async cancellation() {
    const abort = new AbortController();
    const error = await failure((async () => {
      for await (const answer of client.watch({ name }, { headers, signal: abort.signal })) {
        assert.equal(answer.number, 1);
        abort.abort();
      }
    })());
    assert.equal(error.code, Code.Canceled);
  },
  async deadline() {
    await client.echo({}, { headers }); // Connected: from here on, time passes in the call only.
    const error = await failure(client.wait({ name }, { headers, timeoutMs: 3000 }));
    assert.equal(error.code, Code.DeadlineExceeded);
  },
  async errors() {
    const refused = await failure(client.fail({ how: 'refused' }, { headers }));
    assert.equal(refused.code, Code.FailedPrecondition);
    assert.equal(refused.rawMessage, 'Facility Één has 2 beds, 100% held.');
    const [info] = details(refused, 'google.rpc.ErrorInfo');
    assert.deepEqual([info.reason, info.domain, info.metadata], ['NOT_ENOUGH_BEDS', 'plek', { free_beds: '2' }]);
    const field = await failure(client.fail({ how: 'field' }, { headers }));
    const [violation] = details(field, 'google.rpc.BadRequest')[0].fieldViolations;
    assert.deepEqual([violation.field, violation.description], ['inner.bed_count', 'must be 1 to 32, was 33']);
    assert.equal((await failure(client.echo({}))).code, Code.Unauthenticated);
  },
  async gzip() {
    const text = 'a'.repeat(100_000);
    assert.equal((await client.echo({ text }, { headers })).text, text);
    for await (const answer of client.count({ to: 3, padding: 100_000 }, { headers })) assert.equal(answer.padding.length, 100_000);
  },
};

await scenarios[scenario]();
process.exit(0); // An idle HTTP/2 session would keep the process for minutes.
