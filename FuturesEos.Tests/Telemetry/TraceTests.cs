using System.Text;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.Tests.Architecture;
using FuturesEos.Tests.OutboxRelay;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace FuturesEos.Tests.Telemetry;

/// <summary>What a dashboard gets to see of the real programs.</summary>
public sealed class TraceTests(PostgresForTests postgres) : IAsyncLifetime
{
    private static readonly string Sample = Path.Combine(SourceTree.Root, "samples", "XRPETH-trades-2019-10-11.csv");

    // of this test alone: signals of another would bring their traces along
    private readonly EmbeddedBroker _broker = new();

    private KafkaSettings Kafka => KafkaSettings.From(_broker.BootstrapServers, new ConfigurationBuilder().Build());

    public ValueTask InitializeAsync() => _broker.InitializeAsync();

    public ValueTask DisposeAsync() => _broker.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task one_trace_leads_from_a_signal_to_its_order_event(bool grpc)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        var database = await postgres.NewDatabaseAsync();
        var id = TestNames.Unique().Replace('-', '_');
        using var folder = new TemporaryFolder();
        var prefix = $"trading-{id}";
        var events = $"{prefix}.orders";
        var trades = folder.In("XRPETH-small.csv");
        await File.WriteAllLinesAsync(trades, File.ReadLines(Sample).Take(700));
        using var migration = Start("migration", "FuturesEos.OrderManager", "migrate", "--slot", id);
        await migration.EndsWithAsync(0);
        using var processor = Start("signal-processor", "FuturesEos.SignalProcessor",
            "--state-dir", folder.In("state"), "--application-id", id, "--output-prefix", prefix);
        using var orders = Start("order-manager", "FuturesEos.OrderManager", "--prefix", prefix, "--slot", id);
        using var relay = Start("outbox-relay", "FuturesEos.OutboxRelay",
            "--slot", id, "--topic", events, "--progress-topic", $"{prefix}.progress");
        using var generator = Start("signal-generator", "FuturesEos.SignalGenerator", "--trades", trades);
        await generator.EndsWithAsync(0);
        await Eventually.True(
            () => RelayRig.ReadCommitted(Kafka, events).Count > 0,
            Deadline.InSeconds(60), $"events: {orders.Talk} {relay.Talk}");
        foreach (var service in (ChildProgram[])[processor, orders, relay])
        {
            service.Signal("TERM");
            await service.EndsWithAsync(0); // a clean stop sends what it has
        }

        var record = RelayRig.ReadCommitted(Kafka, events)[0];
        var header = Encoding.ASCII.GetString(record.Message.Headers.GetLastBytes("traceparent"));
        var trace = receiver.Spans.Where(span => span.TraceId == header.Split('-')[1]).ToList();
        var sent = Assert.Single(trace, span => span.Service == "signal-generator");
        var processed = Assert.Single(trace, span => span.Service == "signal-processor");
        var created = Assert.Single(trace, span => span is { Service: "order-manager", Name: "create order" });
        var published = Assert.Single(trace, span => span.Service == "outbox-relay");
        Assert.StartsWith("send trading.signal.", sent.Name);
        Assert.Equal(("", OtlpSpan.Producer), (sent.ParentId, sent.Kind));
        Assert.Equal(sent.Name.Replace("send", "process"), processed.Name);
        Assert.Equal((sent.SpanId, OtlpSpan.Consumer), (processed.ParentId, processed.Kind));
        Assert.Equal(header.Split('-')[2], processed.SpanId);
        Assert.Equal(processed.SpanId, created.ParentId);
        Assert.Equal(("send " + events, processed.SpanId, OtlpSpan.Producer),
            (published.Name, published.ParentId, published.Kind));
        foreach (var span in (OtlpSpan[])[sent, processed, published])
        {
            Assert.Equal("kafka", span.Attributes["messaging.system"]);
            Assert.Equal(span.Name,
                $"{span.Attributes["messaging.operation.name"]} {span.Attributes["messaging.destination.name"]}");
        }

        // the transactions and the batch are nobody's children: they point at what they covered
        AssertCovers("signal-processor", "eos.transaction", processed);
        AssertCovers("outbox-relay", "eos.transaction", published);
        AssertCovers("order-manager", $"process {Topics.Decisions(prefix)}", processed);
        Assert.Contains(("signal-processor", "eos.transaction.duration"), receiver.Metrics.Keys);
        Assert.Contains(("outbox-relay", "messaging.client.sent.messages"), receiver.Metrics.Keys);
        Assert.Contains(receiver.Logs, line => line.Contains("FuturesEos.OrderManager"));

        // what a record says is nobody's who reads telemetry
        Assert.DoesNotContain(
            receiver.Spans.SelectMany(span => span.Attributes.Values).Concat(receiver.Logs),
            text => text.Contains("\"qty\"", StringComparison.Ordinal));

        ChildProgram Start(string name, string project, params string[] arguments)
        {
            var environment = receiver.Variables(name, grpc);
            (environment["ConnectionStrings__kafka"], environment["ConnectionStrings__futures"]) =
                (_broker.BootstrapServers, database);
            return ChildProgram.Start(Installation.Executable(project), arguments, environment);
        }

        void AssertCovers(string service, string name, OtlpSpan covered)
        {
            var over = Assert.Single(
                receiver.Spans, span => span.Service == service
                    && span.Name == name && span.Links.Contains((covered.TraceId, covered.SpanId)));
            Assert.Equal("committed", over.Attributes["eos.outcome"]);
            Assert.NotEqual("0", over.Attributes["messaging.batch.message_count"]);
            Assert.Equal("", over.ParentId);
        }
    }

    [Fact]
    public async Task a_receiver_that_is_not_there_does_not_hold_up_a_service()
    {
        var (code, data, talk) = await ChildProgram.RunAsync(
            Installation.Executable("FuturesEos.SignalGenerator"),
            ["burst", "20", "--bootstrap-servers", _broker.BootstrapServers],
            new Dictionary<string, string?> { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9" },
            Deadline.InSeconds(30));
        Assert.True(code == 0, talk);
        Assert.Contains("sent 20 signals", data);
    }
}
