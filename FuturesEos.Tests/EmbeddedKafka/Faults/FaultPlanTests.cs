using FuturesEos.EmbeddedKafka.Faults;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.Tests.Broker;
using FuturesEos.Tests.Broker.Differential;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.EmbeddedKafka.Faults;

public class FaultPlanTests
{
    private const string Plan = "EndTxn 1 late 500; Produce 3 drop; Produce 4 double; InitProducerId 2 refuse CoordinatorNotAvailable; Fetch 7 delay 20";

    [Fact]
    public void a_plan_is_printed_as_it_is_read() => Assert.Equal(Plan, FaultPlan.Parse(Plan).ToString());

    [Fact]
    public void the_same_seed_gives_the_same_plan()
    {
        var plan = FaultPlan.Random(7, 3, 100, ApiKey.Produce, ApiKey.EndTxn).ToString();
        Assert.Equal(plan, FaultPlan.Random(7, 3, 100, ApiKey.Produce, ApiKey.EndTxn).ToString());
        Assert.Equal(plan, FaultPlan.Parse(plan).ToString());
        Assert.NotEqual(plan, FaultPlan.Random(8, 3, 100, ApiKey.Produce, ApiKey.EndTxn).ToString());
    }

    [Theory]
    [InlineData("Produce drop")]
    [InlineData("Nonsense 1 drop")]
    [InlineData("Produce 1 explode")]
    [InlineData("Produce 1 delay")]
    [InlineData("Produce 1 delay -5")]
    [InlineData("Produce 1 refuse Nonsense")]
    public void what_is_no_fault_is_refused_with_what_is_expected(string text) =>
        Assert.Contains("Expected", Assert.Throws<FormatException>(() => FaultPlan.Parse(text)).Message);

    [Fact]
    public void two_faults_for_one_request_are_refused() =>
        Assert.Throws<ArgumentException>(() => FaultPlan.Parse("Produce 1 drop; Produce 1 double"));

    [Fact]
    public async Task a_refused_request_is_not_carried_out()
    {
        await using var broker = await StartAsync("Produce 1 refuse NotEnoughReplicas");
        await using var client = await ConnectAsync(broker);
        Assert.Equal(KafkaError.NotEnoughReplicas, (await ProduceAsync(client)).ErrorCode);
        Assert.Equal(0, (await ProduceAsync(client)).BaseOffset);
    }

    [Fact]
    public async Task a_dropped_answer_closes_the_connection_after_the_work_is_done()
    {
        await using var broker = await StartAsync("Produce 1 drop");
        await using (var cut = await ConnectAsync(broker))
            await Assert.ThrowsAnyAsync<Exception>(() => ProduceAsync(cut));
        await using var client = await ConnectAsync(broker);
        Assert.Equal(1, (await ProduceAsync(client)).BaseOffset);
    }

    [Fact]
    public async Task a_doubled_request_is_carried_out_twice()
    {
        await using var broker = await StartAsync("Produce 1 double");
        await using var client = await ConnectAsync(broker);
        Assert.Equal(1, (await ProduceAsync(client)).BaseOffset);
    }

    [Fact]
    public async Task a_late_request_is_carried_out_after_its_client_is_gone()
    {
        await using var broker = await StartAsync("Produce 1 late 300");
        await using (var cut = await ConnectAsync(broker))
            await Assert.ThrowsAnyAsync<Exception>(() => ProduceAsync(cut));
        await using var client = await ConnectAsync(broker);
        Assert.Equal(0, await EndAsync(client));
        await Eventually.Equal(1L, () => EndAsync(client));
    }

    [Fact]
    public async Task a_delayed_answer_comes_later()
    {
        await using var broker = await StartAsync("Produce 1 delay 250");
        await using var client = await ConnectAsync(broker);
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        Assert.Equal(KafkaError.None, (await ProduceAsync(client)).ErrorCode);
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(240));
    }

    private static async Task<BrokerForTests> StartAsync(string plan)
    {
        var broker = await BrokerForTests.StartAsync(folder => new() { DataFolder = folder, Faults = FaultPlan.Parse(plan) });
        await Clients.CreateTopicAsync(broker.BootstrapServers, "t");
        return broker;
    }

    private static Task<KafkaConnection> ConnectAsync(BrokerForTests broker) =>
        KafkaConnection.ConnectAsync(broker.BootstrapServers, "faults", Deadline.Usual);

    private static async Task<ProduceResponse.PartitionProduceResponse> ProduceAsync(KafkaConnection client)
    {
        var answer = await client.SendAsync<ProduceRequest, ProduceResponse>(new()
        {
            Acks = -1,
            TimeoutMs = 5000,
            TopicData = [new() { Name = "t", PartitionData = [new() { Records = TopicScript.Batch() }] }],
        });
        return answer.Responses[0].PartitionResponses[0];
    }

    private static async Task<long> EndAsync(KafkaConnection client)
    {
        var answer = await client.SendAsync<ListOffsetsRequest, ListOffsetsResponse>(
            new() { ReplicaId = -1, Topics = [new() { Name = "t", Partitions = [new() { Timestamp = -1 }] }] });
        return answer.Topics[0].Partitions[0].Offset;
    }
}
