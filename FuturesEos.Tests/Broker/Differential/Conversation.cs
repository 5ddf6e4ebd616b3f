using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Primitives;
using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>
/// Requests to one broker, and what it answered. Ids that the broker makes up are noted by the order in which they came.
/// </summary>
internal sealed partial class Conversation : IAsyncDisposable
{
    private const string ProducerIds = "producer ";

    // scripts write records of 2023: what is later is a broker's clock
    private const long RecordsEnd = 1_740_000_000_000;

    private readonly string _servers;
    private readonly string _nameInHex;
    private readonly Dictionary<string, string> _ids;
    private readonly Dictionary<Guid, string> _topics = [];

    private Conversation(string servers, string name, KafkaConnection connection, Dictionary<string, string> ids)
    {
        _servers = servers;
        _ids = ids;
        Name = name;
        Connection = connection;
        _nameInHex = Convert.ToHexString(Encoding.ASCII.GetBytes(Name));
    }

    public List<Answer> Answers { get; } = [];

    public KafkaConnection Connection { get; private set; }

    /// <summary>Prefix of every name, so that a script can be held twice with one broker.</summary>
    public string Name { get; }

    /// <summary>Connects, and waits until the coordinators are there: a fresh Apache Kafka needs a moment.</summary>
    public static async Task<Conversation> OpenAsync(string servers, string? name = null)
    {
        var connection = await KafkaConnection.ConnectAsync(servers, "differential", Deadline.Usual);
        var with = new Conversation(servers, name ?? "diff-" + Guid.NewGuid().ToString("N")[..8], connection, []);
        foreach (var type in (sbyte[])[0, 1])
        {
            await Eventually.True(async () =>
            {
                var found = await connection.SendAsync<FindCoordinatorRequest, FindCoordinatorResponse>(
                    new() { KeyType = type, CoordinatorKeys = [with.Name] });
                return found.Coordinators[0].ErrorCode == KafkaError.None;
            });
        }

        await Eventually.True(async () =>
        {
            var alive = await connection.SendAsync<HeartbeatRequest, HeartbeatResponse>(
                new() { GroupId = with.Name, MemberId = "nobody" });
            return alive.ErrorCode == KafkaError.UnknownMemberId;
        });
        await Eventually.True(async () =>
        {
            var fresh = await connection.SendAsync<InitProducerIdRequest, InitProducerIdResponse>(
                new() { TransactionTimeoutMs = 5000 });
            return fresh.ErrorCode == KafkaError.None;
        });
        return with;
    }

    /// <summary>Whether both speak to the same broker.</summary>
    public bool IsAt(Conversation other) => _servers == other._servers;

    /// <summary>A second connection to the same broker.</summary>
    public async Task<Conversation> AnotherAsync() =>
        new(_servers, Name, await KafkaConnection.ConnectAsync(_servers, "differential", Deadline.Usual), _ids);

    /// <summary>Markers follow the answer to an end: waits until all of a transactional id's are written.</summary>
    public Task CompleteAsync(string transactionalId, string what = "") => Eventually.True(
        async () =>
        {
            var answer = await Connection.SendAsync<DescribeTransactionsRequest, DescribeTransactionsResponse>(new() { TransactionalIds = [transactionalId] });
            return !answer.TransactionStates[0].TransactionState.StartsWith("Prepare", StringComparison.Ordinal);
        },
        what: what);

    /// <summary>
    /// Makes a topic and waits until it is led. Records of scripts are of 2023: nothing may delete them for that meanwhile.
    /// </summary>
    public async Task MakeAsync(string topic, int partitions)
    {
        var forEver = new CreateTopicsRequest.CreatableTopicConfig { Name = "retention.ms", Value = "-1" };
        await Eventually.True(async () => // the name of a deleted one is free a moment after that is told
        {
            var made = await Connection.SendAsync<CreateTopicsRequest, CreateTopicsResponse>(new()
            {
                TimeoutMs = 5000,
                Topics = [new() { Name = topic, NumPartitions = partitions, ReplicationFactor = 1, Configs = [forEver] }],
            });
            return made.Topics[0].ErrorCode == KafkaError.None;
        });
        await LeadAsync(topic, partitions);
    }

    /// <summary>A new topic is led a moment after it is there: waits until all its partitions are answered for.</summary>
    public Task LeadAsync(string topic, int partitions) => Eventually.True(async () =>
    {
        var answer = await Connection.SendAsync<ListOffsetsRequest, ListOffsetsResponse>(new()
        {
            ReplicaId = -1,
            Topics =
            [
                new()
                {
                    Name = topic,
                    Partitions = [.. Enumerable.Range(0, partitions).Select(p => new ListOffsetsRequest.Partition { PartitionIndex = p, Timestamp = -1 })],
                },
            ],
        });
        return answer.Topics[0].Partitions.All(p => p.ErrorCode == KafkaError.None);
    });

    /// <summary>Gives a topic's id a name, by which answers are compared that tell of topics by their ids.</summary>
    public void Call(Guid topicId, string name) => _topics[topicId] = name;

    /// <summary>A producer id that was not handed out: it gets its number here, not by its place in an answer.</summary>
    public long Foreign(long producerId)
    {
        Producer(producerId);
        return producerId;
    }

    /// <summary>Asks in a version and notes the answer under a title.</summary>
    public async Task<TResponse> AskAsync<TRequest, TResponse>(string title, TRequest request, short version)
        where TRequest : IKafkaRequest<TResponse>
        where TResponse : IProtocolStruct, new() =>
        await TryAskAsync<TRequest, TResponse>(title, request, version)
        ?? throw new EndOfStreamException($"{title}: the connection was closed");

    /// <summary>The same; a closed connection is an answer too, noted as such, and null.</summary>
    public async Task<TResponse?> TryAskAsync<TRequest, TResponse>(string title, TRequest request, short version)
        where TRequest : IKafkaRequest<TResponse>
        where TResponse : IProtocolStruct, new()
    {
        var response = await TrySendAsync<TRequest, TResponse>(request, version);
        Note<TRequest, TResponse>(title, response, version);
        return response;
    }

    /// <summary>Asks; null for a connection that was closed instead, and is there again.</summary>
    public async Task<TResponse?> TrySendAsync<TRequest, TResponse>(TRequest request, short version)
        where TRequest : IKafkaRequest<TResponse>
        where TResponse : IProtocolStruct, new()
    {
        try
        {
            return await Connection.SendAsync<TRequest, TResponse>(request, version);
        }
        catch (Exception closed) when (closed is EndOfStreamException or SocketException)
        {
            await Connection.DisposeAsync();
            Connection = await KafkaConnection.ConnectAsync(_servers, "differential", Deadline.Usual);
            return default;
        }
    }

    /// <summary>Notes an answer.</summary>
    public void Note<TRequest, TResponse>(string title, TResponse? response, short version)
        where TRequest : IKafkaRequest<TResponse>
        where TResponse : IProtocolStruct, new() =>
        Answers.Add(new Answer(
            title,
            TRequest.Api.Key,
            version,
            response is null ? [("connection", "closed")] : AnswerPrinter.Print(response, TRequest.Api, version, StandIn)));

    public ValueTask DisposeAsync() => Connection.DisposeAsync();

    private static string Sign(long value) => value < 0 ? $"{value}" : "set";

    // what differs between any two brokers; null where the value speaks for itself
    private string? StandIn(string field, object value) => (field, value) switch
    {
        ("LogDir", _) => "any",
        ("SessionId", int id) => id == 0 ? "none" : "a session",
        ("TotalBytes" or "UsableBytes", long bytes) => Sign(bytes),
        ("ThrottleTimeMs" or "ClusterId" or "Host" or "Port" or "ControllerId" or "TransactionStartTimeMs", _) => "any",
        ("ErrorMessage" or "BatchIndexErrorMessage", string text) => text is "null" or "" ? "null" : "prose",
        ("ProducerId", long id) => id < 0 ? $"{id}" : Producer(id),
        ("LogAppendTimeMs" or "LastTimestamp", long time) => Sign(time),
        ("Timestamp", long time and > RecordsEnd) => "now",
        ("TopicId", Guid id) => id == Guid.Empty ? "none" : _topics.GetValueOrDefault(id, "an id"),
        (_, string text) => Replace(text),
        _ => null,
    };

    private string Replace(string text) =>
        MadeId().Replace(text, id => id.Groups["of"].Value + IdOf(id.Value, id.Groups["of"].Value)).Replace(Name, "NAME").Replace(_nameInHex, "NAME");

    private string Producer(long id) => IdOf($"{ProducerIds}{id}", ProducerIds);

    // numbered by whose they are: one answer may show several for the first time, in an order of its own
    private string IdOf(string made, string kind)
    {
        if (!_ids.TryGetValue(made, out var id)) _ids[made] = id = $"#{_ids.Keys.Count(known => known.StartsWith(kind, StringComparison.Ordinal))}";
        return id;
    }

    [GeneratedRegex("(?<of>[\\w-]*?)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex MadeId();
}
