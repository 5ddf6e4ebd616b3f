using FuturesEos.Topology;
using Xunit;

namespace FuturesEos.Tests.Topology;

/// <summary>What the containers are given, as far as it can be judged without starting them.</summary>
public class TopologySettingsTests
{
    [Fact]
    public void three_brokers_lose_one_and_go_on_and_one_broker_needs_only_itself()
    {
        var three = KafkaBroker.Settings(ClusterShape.Three, Nodes(3)[0], Nodes(3));
        Assert.Equal(("3", "2"), (three["default.replication.factor"], three["min.insync.replicas"]));
        Assert.Equal(
            ("3", "2"), (three["transaction.state.log.replication.factor"], three["transaction.state.log.min.isr"]));
        Assert.Equal("3", three["offsets.topic.replication.factor"]);
        var one = KafkaBroker.Settings(new ClusterShape(1), Nodes(1)[0], Nodes(1));
        Assert.Equal(
            ("1", "1"), (one["transaction.state.log.replication.factor"], one["transaction.state.log.min.isr"]));
        Assert.Equal("1@kafka-1:29093", one["controller.quorum.voters"]);
        Assert.Equal((1, 0), (ClusterShape.Three.BrokersToLose, new ClusterShape(1).BrokersToLose));
    }

    [Fact]
    public void every_node_names_the_same_quorum_and_itself()
    {
        var nodes = Nodes(3);
        var all = nodes.Select(node => KafkaBroker.Settings(ClusterShape.Three, node, nodes)).ToList();
        Assert.Equal("1@kafka-1:29093,2@kafka-2:29093,3@kafka-3:29093",
            Assert.Single(all.Select(s => s["controller.quorum.voters"]).Distinct()));
        Assert.Equal(["1", "2", "3"], all.Select(settings => settings["node.id"]));
        Assert.Equal("CLIENT://{client},INTERNAL://kafka-2:19092", all[1]["advertised.listeners"]);
        Assert.Equal("kafka-1:19092,kafka-2:19092,kafka-3:19092", KafkaNode.InternalBootstrap(nodes));
    }

    [Theory]
    [InlineData("node.id", "KAFKA_NODE_ID")]
    [InlineData("transaction.state.log.min.isr", "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR")]
    [InlineData("a_b-c.d", "KAFKA_A__B___C_D")]
    public void a_kafka_setting_has_the_variable_that_the_image_reads(string setting, string variable) =>
        Assert.Equal(variable, KafkaBroker.Variable(setting));

    [Theory]
    [InlineData("group.id", "GROUP_ID")]
    [InlineData("offset.flush.interval.ms", "OFFSET_FLUSH_INTERVAL_MS")]
    [InlineData("exactly.once.source.support", "CONNECT_EXACTLY_ONCE_SOURCE_SUPPORT")]
    [InlineData("config.providers.env.param.allowlist.pattern", "CONNECT_CONFIG_PROVIDERS_ENV_PARAM_ALLOWLIST_PATTERN")]
    public void a_connect_setting_has_the_variable_that_the_image_reads(string setting, string variable) =>
        Assert.Equal(variable, ConnectWorker.Variable(setting));

    [Fact]
    public void data_of_one_choice_is_not_found_by_another()
    {
        string[] names =
        [
            Parse(null, null).Volume("kafka-1"), Parse("1", null).Volume("kafka-1"),
            Parse("3", "relay").Volume("kafka-1"), Parse("3", "relay").Volume("postgres"),
        ];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.Equal("futures-eos-3-debezium-kafka-1", names[0]);
    }

    [Theory]
    [InlineData("0", null, "--Brokers=0")]
    [InlineData("ten", null, "--Brokers=ten")]
    [InlineData("3", "polling", "--Cdc=polling")]
    public void a_choice_that_is_none_is_refused_with_what_to_give(string? brokers, string? cdc, string named)
    {
        var refused = Assert.Throws<ArgumentException>(() => Parse(brokers, cdc));
        Assert.StartsWith(named, refused.Message);
        Assert.DoesNotContain("Parameter", refused.Message);
    }

    [Fact]
    public void a_password_cannot_leave_its_statement()
    {
        var statements = DatabaseLogins.Statements("a'b", "c");
        Assert.Contains("ALTER ROLE futures_order_manager LOGIN PASSWORD 'a''b'", statements);
        Assert.Contains("ALTER ROLE futures_relay LOGIN REPLICATION PASSWORD 'c'", statements);
    }

    private static IReadOnlyList<KafkaNode> Nodes(int brokers) => KafkaNode.InContainers(new ClusterShape(brokers));

    private static TopologyOptions Parse(string? brokers, string? cdc) =>
        TopologyOptions.Parse(Infrastructure.Containers, brokers, cdc);
}
