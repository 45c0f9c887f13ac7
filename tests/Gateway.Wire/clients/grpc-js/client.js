// Calls the test service as any program with grpc-js would. Arguments: port, descriptor set, scenario, name of the call.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import grpc from '@grpc/grpc-js';
import { loadFileDescriptorSetFromBuffer } from '@grpc/proto-loader';
import protobuf from 'protobufjs';

const [port, descriptors, scenario, name] = process.argv.slice(2);
const definitions = loadFileDescriptorSetFromBuffer(readFileSync(descriptors), { longs: String, enums: String, defaults: true });
const { EchoService } = grpc.loadPackageDefinition(definitions).plek.test.v1;
const client = new EchoService(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), { 'grpc.default_compression_algorithm': scenario === 'gzip' ? 2 : 0 });

const metadata = new grpc.Metadata();
metadata.set('authorization', 'ann');

const call = (method, request, options = {}) =>
  new Promise((resolve, reject) => client[method](request, metadata, options, (error, answer) => (error ? reject(error) : resolve(answer))));

const failure = async (promise) => promise.then(() => assert.fail('it did not fail'), (error) => error);

// The details as the definitions of Google's own package read them, which know nothing of ours.
const details = (error) => {
  const root = protobuf.Root.fromJSON({ nested: { google: { nested: {
    protobuf: { nested: { Any: { fields: { type_url: { type: 'string', id: 1 }, value: { type: 'bytes', id: 2 } } } } },
    rpc: { nested: {
      Status: { fields: { code: { type: 'int32', id: 1 }, message: { type: 'string', id: 2 }, details: { rule: 'repeated', type: 'google.protobuf.Any', id: 3 } } },
      ErrorInfo: { fields: { reason: { type: 'string', id: 1 }, domain: { type: 'string', id: 2 }, metadata: { keyType: 'string', type: 'string', id: 3 } } },
      BadRequest: { fields: { fieldViolations: { rule: 'repeated', type: 'FieldViolation', id: 1 } },
        nested: { FieldViolation: { fields: { field: { type: 'string', id: 1 }, description: { type: 'string', id: 2 } } } } },
    } },
  } } } });
  const status = root.lookupType('google.rpc.Status').decode(error.metadata.get('grpc-status-details-bin')[0]);
  return status.details.map((any) => root.lookupType(any.type_url.split('/')[1]).decode(any.value).toJSON());
};

const scenarios = {
  async unary() {
    const answer = await call('echo', { text: 'één', inner: { bed_count: 2, colour: 'COLOUR_RED' } });
    assert.equal(answer.text, 'één');
    assert.equal(answer.inner.bed_count, 2);
    assert.equal(answer.caller, 'ann');
  },
  async streaming() {
    const numbers = [];
    for await (const answer of client.count({ to: 1000 }, metadata)) numbers.push(answer.number);
    assert.deepEqual(numbers, Array.from({ length: 1000 }, (_, n) => n + 1));
  },
  async failing_stream() {
    const numbers = [];
    const error = await failure((async () => {
      for await (const answer of client.count({ to: 9, fail_after: 2 }, metadata)) numbers.push(answer.number);
    })());
    assert.deepEqual(numbers, [1, 2]);
    assert.equal(error.code, grpc.status.FAILED_PRECONDITION);
    assert.equal(details(error)[0].reason, 'TOLD_TO');
  },
  async cancellation() {
    const stream = client.watch({ name }, metadata);
    const error = await failure((async () => {
      for await (const answer of stream) {
        assert.equal(answer.number, 1);
        stream.cancel();
      }
    })());
    assert.equal(error.code, grpc.status.CANCELLED);
  },
  async deadline() {
    await call('echo', {}); // Connected: from here on, time passes in the call only.
    const error = await failure(call('wait', { name }, { deadline: Date.now() + 3000 }));
    assert.equal(error.code, grpc.status.DEADLINE_EXCEEDED);
  },
  async errors() {
    const refused = await failure(call('fail', { how: 'refused' }));
    assert.equal(refused.code, grpc.status.FAILED_PRECONDITION);
    assert.equal(refused.details, 'Facility Één has 2 beds, 100% held.');
    assert.deepEqual(details(refused), [{ reason: 'NOT_ENOUGH_BEDS', domain: 'plek', metadata: { free_beds: '2' } }]);
    const field = await failure(call('fail', { how: 'field' }));
    assert.deepEqual(details(field)[1], { fieldViolations: [{ field: 'inner.bed_count', description: 'must be 1 to 32, was 33' }] });
  },
  async gzip() {
    const text = 'a'.repeat(100_000);
    assert.equal((await call('echo', { text })).text, text);
  },
};

await scenarios[scenario]();
client.close();
