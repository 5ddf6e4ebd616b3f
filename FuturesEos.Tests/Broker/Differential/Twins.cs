using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Primitives;
using Xunit;

namespace FuturesEos.Tests.Broker.Differential;

/// <summary>The embedded broker and Apache Kafka, asked the same in step.</summary>
internal sealed class Twins : IAsyncDisposable
{
    private const int TailOfScript = 40;

    private Twins(Conversation embedded, Conversation kafka)
    {
        Embedded = embedded;
        Kafka = kafka;
    }

    public Conversation Embedded { get; }

    public Conversation Kafka { get; }

    /// <summary>Every API and version that was asked.</summary>
    public HashSet<(ApiKey, short)> Asked { get; } = [];

    /// <summary>Names of the deliberate differences that were met.</summary>
    public HashSet<string> Met { get; } = [];

    public string Name => Embedded.Name;

    public static async Task<Twins> OpenAsync(string embedded, string kafka)
    {
        var first = await Conversation.OpenAsync(embedded);
        return new Twins(first, await Conversation.OpenAsync(kafka, first.Name));
    }

    /// <summary>A second pair of connections.</summary>
    public async Task<Twins> AnotherAsync() => new(await Embedded.AnotherAsync(), await Kafka.AnotherAsync());

    /// <summary>Asks both, compares, and gives both answers; null where the connection was closed instead.</summary>
    public async Task<(TResponse? Embedded, TResponse? Kafka)> AskAsync<TRequest, TResponse>(
        string title, Func<Conversation, TRequest> make, short version)
        where TRequest : IKafkaRequest<TResponse>
        where TResponse : IProtocolStruct, new()
    {
        var ours = await Embedded.TryAskAsync<TRequest, TResponse>(title, make(Embedded), version);
        var theirs = await Kafka.TryAskAsync<TRequest, TResponse>(title, make(Kafka), version);
        Asked.Add((TRequest.Api.Key, version));
        Compare();
        return (ours, theirs);
    }

    /// <summary>Markers follow the answer that promises them: waits until both have written all of a transaction's.</summary>
    public async Task CompleteAsync(string transactionalId)
    {
        foreach (var with in (Conversation[])[Embedded, Kafka])
            await with.CompleteAsync(transactionalId, $"{(with == Kafka ? "Kafka" : "the embedded broker")} writes the markers");
    }

    /// <summary>A new topic is led a moment after it is there: waits until both answer for all its partitions.</summary>
    public async Task LeadAsync(string topic, int partitions)
    {
        foreach (var with in (Conversation[])[Embedded, Kafka]) await with.LeadAsync(topic, partitions);
    }

    /// <summary>Fails with what led to it when the last two answers differ in what they should not.</summary>
    public void Compare()
    {
        var unexpected = new List<Mismatch>();
        foreach (var mismatch in Embedded.Answers[^1].Against(Kafka.Answers[^1]))
        {
            if (KnownDifference.Of(mismatch) is { } known) Met.Add(known.Name);
            else unexpected.Add(mismatch);
        }

        if (unexpected.Count == 0) return;
        var before = string.Join('\n', Kafka.Answers.TakeLast(TailOfScript));
        Assert.Fail($"answer {Kafka.Answers.Count}:\n{string.Join('\n', unexpected)}\n\nafter\n{before}");
    }

    public async ValueTask DisposeAsync()
    {
        await Embedded.DisposeAsync();
        await Kafka.DisposeAsync();
    }
}
