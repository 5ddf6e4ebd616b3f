using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Primitives;
using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>A script of requests to one broker, and what it answered, line by line.</summary>
internal sealed class Conversation : IAsyncDisposable
{
    private readonly string _nameInHex;

    private Conversation(KafkaConnection connection)
    {
        Connection = connection;
        _nameInHex = Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(Name));
    }

    public List<string> Answers { get; } = [];

    public KafkaConnection Connection { get; }

    /// <summary>Prefix of every name, so that a script can be held twice with one broker.</summary>
    public string Name { get; } = "diff-" + Guid.NewGuid().ToString("N")[..8];

    /// <summary>Connects, and waits until the coordinators are there: a fresh Apache Kafka needs a moment.</summary>
    public static async Task<Conversation> OpenAsync(string servers)
    {
        var with = new Conversation(await KafkaConnection.ConnectAsync(servers, "differential", Deadline.Usual));
        foreach (var type in (sbyte[])[0, 1])
        {
            await Eventually.True(async () =>
            {
                var found = await with.Connection.SendAsync<FindCoordinatorRequest, FindCoordinatorResponse>(new() { KeyType = type, CoordinatorKeys = [with.Name] });
                return found.Coordinators[0].ErrorCode == KafkaError.None;
            });
        }

        await Eventually.True(async () =>
        {
            var alive = await with.Connection.SendAsync<HeartbeatRequest, HeartbeatResponse>(new() { GroupId = with.Name, MemberId = "nobody" });
            return alive.ErrorCode == KafkaError.UnknownMemberId;
        });
        await Eventually.True(async () =>
        {
            var fresh = await with.Connection.SendAsync<InitProducerIdRequest, InitProducerIdResponse>(new() { TransactionTimeoutMs = 5000 });
            return fresh.ErrorCode == KafkaError.None;
        });
        return with;
    }

    /// <summary>Asks in a version and notes the answer under a title.</summary>
    public async Task<TResponse> AskAsync<TRequest, TResponse>(string title, TRequest request, short version)
        where TRequest : IKafkaRequest<TResponse>
        where TResponse : IProtocolStruct, new()
    {
        var response = await Connection.SendAsync<TRequest, TResponse>(request, version);
        Answers.Add($"{title}: {MessagePrinter.Print(response, TRequest.Api, version).Replace(Name, "NAME").Replace(_nameInHex, "NAME")}");
        return response;
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
