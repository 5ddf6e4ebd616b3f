using System.Diagnostics;
using FuturesEos.Streams;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Streams;

/// <summary>Traces and counts of the engine, listened to as an exporter would.</summary>
public sealed class StreamsSpansTests(EmbeddedBroker broker) : IClassFixture<EmbeddedBroker>
{
    [Fact]
    public async Task a_record_has_a_span_in_its_own_trace_and_its_transaction_links_to_it()
    {
        var spans = new List<Activity>();
        await using var rig = await EngineRig.CreateAsync(broker.BootstrapServers, TestNames.Unique());
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == StreamsTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity =>
            {
                lock (spans) spans.Add(activity);
            },
        };
        ActivitySource.AddActivityListener(listener);
        rig.Send(300);
        await using var engine = rig.Start();
        await rig.OutputsAsync(300);
        await engine.StopAsync();

        List<Activity> own;
        lock (spans)
        {
            // other tests of this process are heard too
            own = spans.FindAll(s => s.Tags.Any(t => t.Key == "messaging.destination.name" && rig.Inputs.Contains(t.Value!)));
        }

        Assert.Equal(300, own.Count);
        Assert.All(own, s => Assert.Equal(ActivityKind.Consumer, s.Kind));
        Assert.All(own, s => Assert.StartsWith("process " + rig.Inputs[0][..^1], s.OperationName));
        var ids = own.Select(s => s.SpanId).ToHashSet();
        List<Activity> transactions;
        lock (spans) transactions = spans.FindAll(s => s.OperationName == "eos.transaction" && s.Links.Any(l => ids.Contains(l.Context.SpanId)));
        Assert.NotEmpty(transactions);
        Assert.All(transactions, t => Assert.Equal("committed", t.GetTagItem("eos.outcome")));
        Assert.All(transactions, t => Assert.True(t.Links.Count() <= 128));
        Assert.Equal(300, transactions.Sum(t => (int)t.GetTagItem("messaging.batch.message_count")!));
    }
}
