using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>
/// Fetches within sessions (KIP-227) and by topic ids (KIP-516), right and wrong, while topics go and come again.
/// </summary>
internal static class FetchScript
{
    private const short IdsFrom = 13;
    private static readonly short[] Versions = [7, 11, 12, 13, 15, 16, 17, 18];

    public static async Task HoldAsync(Conversation with)
    {
        foreach (var version in Versions)
            await new Round(with, version, $"{with.Name}-{version}").HoldAsync();
    }

    private sealed class Round(Conversation with, short version, string name)
    {
        private readonly string _other = name + "-other";
        private readonly Dictionary<string, Guid> _ids = [];
        private int _session;

        public async Task HoldAsync()
        {
            await MakeAsync(name);
            await MakeAsync(_other);
            await SessionAsync();
            await WrongAsync();
            await RecreatedAsync();
        }

        private async Task SessionAsync()
        {
            await WriteAsync(name, 2);
            await BeginAsync("a session", [(name, 0, 0), (name, 1, 0), (_other, 0, 0)]);
            await GoOnAsync("the same again", 1);
            await GoOnAsync("read to the end", 2, [(name, 0, 2)]);
            await GoOnAsync("nothing new", 3);
            await WriteAsync(_other, 1);
            await GoOnAsync("records of another", 4);
            await GoOnAsync("taken", 5, [(_other, 0, 1)]);
            await WriteAsync(name, 1);
            await WriteAsync(_other, 1);
            await GoOnAsync("records of two", 6);
            await GoOnAsync("one of them behind the end", 7, [(name, 0, 99)]);
            await GoOnAsync("still behind the end", 8);
            await GoOnAsync("back", 9, [(name, 0, 3)]);
            await GoOnAsync("one more, that is not there", 10, [(name, 9, 0)]);
            await GoOnAsync("it is told again", 11);
            await GoOnAsync("it is forgotten", 12, [], [(name, 9)]);
            await GoOnAsync("another topic is forgotten", 13, [], [(_other, 0)]);
            await WriteAsync(_other, 1);
            await GoOnAsync("nothing of the forgotten", 14);
            await with.AskAsync<DeleteRecordsRequest, DeleteRecordsResponse>(
                "records deleted",
                new() { TimeoutMs = 5000, Topics = [new() { Name = name, Partitions = [new() { Offset = 1 }] }] },
                2);
            await GoOnAsync("the start has moved", 15);
        }

        private async Task WrongAsync()
        {
            await GoOnAsync("an epoch that was", 15);
            await GoOnAsync("an epoch to come", 40);
            await GoOnAsync("the right one", 16);
            await FetchAsync("of no session", 123_456_789, 1, []);
            await FetchAsync("by names for ids", _session, 17, [], within: (short)(version < IdsFrom ? IdsFrom : IdsFrom - 1));
            await FetchAsync("all forgotten", _session, 17, [], [(name, 0), (name, 1)]);
            await GoOnAsync("of the empty session", 18);

            await BeginAsync("a second one", [(name, 1, 0)]);
            var second = _session;
            await FetchAsync("a third in its place", second, 0, [(name, 1, 0)]);
            await FetchAsync("of the second", second, 1, []);
            await GoOnAsync("of the third", 1);
            await FetchAsync("the last of the third", _session, -1, [(name, 1, 0)]);
            await GoOnAsync("after its last", 2);
            await BeginAsync("of nothing", []);
            await FetchAsync("without a session", 0, -1, [(name, 0, 1), (name, 1, 0), (_other, 0, 0)]);
            await FetchAsync("of no topic", 0, -1, [(name + "-no", 0, 0)]);
        }

        private async Task RecreatedAsync()
        {
            await BeginAsync("a session to outlive its topic", [(name, 0, 1), (_other, 0, 3)]);
            var old = _ids.GetValueOrDefault(name);
            await with.AskAsync<DeleteTopicsRequest, DeleteTopicsResponse>(
                "deleted", new() { TimeoutMs = 5000, TopicNames = [name] }, 4);
            await Eventually.True(async () =>
            {
                var found = await with.Connection.SendAsync<ListOffsetsRequest, ListOffsetsResponse>(new()
                {
                    ReplicaId = -1, Topics = [new() { Name = name, Partitions = [new() { Timestamp = -1 }] }],
                });
                return found.Topics[0].Partitions[0].ErrorCode == KafkaError.UnknownTopicOrPartition;
            });
            await GoOnAsync("of the deleted", 1);
            await FetchAsync("of the deleted, without a session", 0, -1, [(name, 0, 1)]);
            await MakeAsync(name);
            await WriteAsync(name, 3);
            var made = _ids.GetValueOrDefault(name);
            if (version < IdsFrom) return; // by name it is the same: that is what ids are for
            _ids[name] = old;
            await GoOnAsync("of the one made again", 2);
            await FetchAsync("of the old id, without a session", 0, -1, [(name, 0, 1)]);
            _ids[name] = made;
            await FetchAsync("of the new id", 0, -1, [(name, 0, 1)]);
            await GoOnAsync("the new id in the session", 3, [(name, 0, 1)]);
            await GoOnAsync("and without the old", 4, []);
        }

        private async Task MakeAsync(string topic)
        {
            await with.MakeAsync(topic, 2);
            var known = await with.Connection.SendAsync<MetadataRequest, MetadataResponse>(new() { Topics = [new() { Name = topic }] });
            with.Call(known.Topics[0].TopicId, $"{(_ids.ContainsKey(topic) ? "new" : "")} {topic[with.Name.Length..]}");
            _ids[topic] = known.Topics[0].TopicId;
        }

        private Task WriteAsync(string topic, int count) =>
            TopicScript.ProduceAsync(with, "written", TopicScript.Batch(count: count), topic: topic);

        private Task BeginAsync(string title, (string Topic, int Partition, long Offset)[] wanted) => FetchAsync(title, 0, 0, wanted);

        private Task GoOnAsync(
            string title, int epoch, (string Topic, int Partition, long Offset)[]? wanted = null, (string Topic, int Partition)[]? forgotten = null) =>
            FetchAsync(title, _session, epoch, wanted ?? [], forgotten);

        private async Task FetchAsync(
            string title,
            int session,
            int epoch,
            (string Topic, int Partition, long Offset)[] wanted,
            (string Topic, int Partition)[]? forgotten = null,
            short? within = null)
        {
            var answer = await with.AskAsync<FetchRequest, FetchResponse>(
                $"{within ?? version}: {title}",
                new()
                {
                    MaxBytes = 1 << 20,
                    SessionId = session,
                    SessionEpoch = epoch,
                    Topics =
                    [
                        .. wanted.Select(w => new FetchRequest.FetchTopic
                        {
                            Topic = w.Topic,
                            TopicId = IdOf(w.Topic),
                            Partitions = [new() { Partition = w.Partition, FetchOffset = w.Offset, PartitionMaxBytes = 1 << 20 }],
                        }),
                    ],
                    ForgottenTopicsData =
                    [
                        .. (forgotten ?? []).Select(
                            f => new FetchRequest.ForgottenTopic { Topic = f.Topic, TopicId = IdOf(f.Topic), Partitions = [f.Partition] }),
                    ],
                },
                within ?? version);
            if (answer.SessionId != 0) _session = answer.SessionId;
        }

        private Guid IdOf(string topic) => version < IdsFrom ? Guid.Empty : _ids.GetValueOrDefault(topic);
    }
}
