using System.Buffers;
using System.Text;
using Confluent.Kafka;
using FuturesEos.Cli.Pipeline;
using FuturesEos.LocalPostgres;
using FuturesEos.ServiceDefaults.Kafka;
using FuturesEos.Tests.OrderManager;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.OutboxRelay;

/// <summary>
/// Decisions to order events through the real programs, which are killed, as is PostgreSQL, while records flow.
/// </summary>
[Trait("Category", "Long")]
public sealed class EdgeKillTests(RealKafka kafka)
{
    private const int Decisions = 6_000;
    private const int RoundsOfKills = 4;

    [Fact]
    public async Task every_decision_gives_one_order_and_one_event_whoever_is_killed()
    {
        var bootstrap = await kafka.OneNodeAsync();
        await using var postgres = await PostgresForTests.NewServerAsync();
        var name = TestNames.Unique();
        var orders = new OrderRig(postgres.ConnectionString, bootstrap, name);
        var topic = $"{name}.orders";
        string[] relay =
        [
            "--slot", orders.Options.Slot, "--topic", topic, "--progress-topic", $"{name}.progress",
        ];
        string[] manager = ["--prefix", name, "--group", name, "--slot", orders.Options.Slot, "--batch", "40"];

        using var managers = new Restarting("FuturesEos.OrderManager", bootstrap, postgres.ConnectionString, manager);
        await Eventually.True(() => managers.Talk.Contains("Assigned"), Deadline.InSeconds(90),
            "the order manager starts");
        using var relays = new Restarting("FuturesEos.OutboxRelay", bootstrap, postgres.ConnectionString, relay);
        await Eventually.True(() => relays.Talk.Contains("Relaying"), Deadline.InSeconds(90), "the relay starts");

        var sending = Task.Run(() => SendSlowly(orders));
        for (var round = 0; round < RoundsOfKills; round++)
        {
            await ProgressAsync(orders);
            managers.KillAndRestart();
            await ProgressAsync(orders);
            relays.KillAndRestart();
            await ProgressAsync(orders);
            await KillAsync(postgres);
        }

        await sending;
        await Eventually.True(
            async () => await orders.CountAsync("orders") == Decisions, Deadline.InSeconds(120),
            $"all orders are there; the order manager said {managers.Tail}");
        List<string> ids = [];
        await Eventually.True(
            () => (ids = EventIds(orders.Kafka, topic)).Count >= Decisions, Deadline.InSeconds(120),
            $"all events are there; the relay said {relays.Tail}");

        Assert.Equal(Decisions, ids.Count);
        Assert.Equal(Decisions, ids.Distinct().Count());
        await orders.OrdersAsync(Decisions);
        Assert.Equal(RoundsOfKills, managers.Kills);
        Assert.Equal(RoundsOfKills, relays.Kills);
        await orders.DisposeAsync();
        await postgres.DisposeAsync();
        postgres.DeleteFiles();
    }

    private static void SendSlowly(OrderRig orders)
    {
        using var producer = new ProducerBuilder<byte[], byte[]>(orders.Kafka.Producer()).Build();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        for (var n = 0; n < Decisions; n++)
        {
            if (n % 40 == 0)
                pace.WaitForNextTickAsync().AsTask().GetAwaiter().GetResult();
            var decision = OrderRig.Decision(n);
            var json = new ArrayBufferWriter<byte>();
            decision.Write(json);
            producer.Produce(orders.Topic, new Message<byte[], byte[]>
            {
                Key = Encoding.ASCII.GetBytes(decision.Symbol), Value = json.WrittenSpan.ToArray(),
            });
        }

        Assert.Equal(0, producer.Flush(TimeSpan.FromSeconds(60)));
    }

    // A kill counts only if something was going on: some more orders first.
    private static async Task ProgressAsync(OrderRig orders)
    {
        var before = await orders.CountAsync("orders");
        await Eventually.True(
            async () => await orders.CountAsync("orders") >= Math.Min(before + 100, Decisions),
                Deadline.InSeconds(120));
    }

    private static async Task KillAsync(PrivatePostgres postgres)
    {
        postgres.Kill();
        await postgres.Exited;
        await postgres.RestartAsync();
    }

    private static List<string> EventIds(KafkaSettings kafka, string topic)
    {
        var rig = RelayRig.ReadCommitted(kafka, topic);
        return rig.ConvertAll(RelayRig.EventId);
    }

    /// <summary>A service that comes back after each kill.</summary>
    private sealed class Restarting : IDisposable
    {
        private readonly string _program;
        private readonly string[] _arguments;
        private readonly Dictionary<string, string?> _environment;
        private ChildProgram _child;

        public Restarting(string program, string bootstrap, string postgres, string[] arguments)
        {
            (_program, _arguments) = (Installation.Executable(program), arguments);
            _environment = new()
            {
                ["ConnectionStrings__kafka"] = bootstrap, ["ConnectionStrings__futures"] =
                postgres
            };
            _child = ChildProgram.Start(_program, _arguments, _environment);
        }

        public int Kills { get; private set; }

        public string Talk => _child.Talk;

        public string Tail => _child.Talk[Math.Max(0, _child.Talk.Length - 2_000)..];

        public void KillAndRestart()
        {
            Assert.False(_child.HasExited, $"it ended by itself: {Tail}");
            _child.Signal("KILL");
            Kills++;
            _child.Dispose();
            _child = ChildProgram.Start(_program, _arguments, _environment);
        }

        public void Dispose() => _child.Dispose();
    }
}
