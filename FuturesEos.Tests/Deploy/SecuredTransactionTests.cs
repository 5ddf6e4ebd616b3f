using Confluent.Kafka;
using FuturesEos.Cli.Deploying;
using FuturesEos.Cli.Pipeline;
using FuturesEos.Contracts;
using FuturesEos.ServiceDefaults;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Deploy;

/// <summary><c>eos txn</c> and <c>eos doctor</c> on Apache Kafka with TLS, SCRAM and rights.</summary>
[Trait("Category", "Long")]
public sealed class SecuredTransactionTests
{
    private const string User = "tools";
    private const string Id = "somebody";

    [Fact]
    public async Task transactions_are_listed_aborted_and_kept_from_those_who_may_not_see_them()
    {
        RealKafka.SkipWithout();
        using var folder = new TemporaryFolder("secured-");
        using var kafka = await DeployedKafka.StartAsync(DeployFolder.Own.Everything(), folder.In("kafka"));
        using var producer = new ProducerBuilder<byte[], byte[]>(
            new ProducerConfig { BootstrapServers = kafka.AdminServers, TransactionalId = Id }).Build();
        producer.InitTransactions(Deadline.Usual);
        producer.BeginTransaction();
        await producer.ProduceAsync(Topics.Orders, new Message<byte[], byte[]> { Value = [1] });

        // with the rights of the manifests: nothing is said that is not known
        var (code, _, talk) = await EosAsync(kafka, "txn", "hanging");
        Assert.Equal(ExitCode.CheckFailed, code);
        Assert.Contains("may not read the topic " + Topics.Changelog(Topics.DefaultApplicationId), talk);
        (code, var data, _) = await EosAsync(kafka, "doctor");
        Assert.Contains("were not looked at", data);

        foreach (var right in new KafkaRight[]
        {
            new(User, "topic", Topics.Changelog(Topics.DefaultApplicationId), false, "Read"),
            new(User, "transactionalId", Id, false, "Describe"),
            new(User, "transactionalId", Id, false, "Write"),
        })
            await kafka.GiveAsync(right);
        (code, _, talk) = await EosAsync(kafka, "txn", "hanging");
        Assert.True(code == ExitCode.Ok, talk);
        (code, data, talk) = await EosAsync(kafka, "txn", "list", "--json");
        Assert.True(code == ExitCode.Ok, talk);
        Assert.Contains($"\"{Id}\"", data);
        (code, data, talk) = await EosAsync(kafka, "doctor");
        Assert.True(data.Contains("1 transactional ids, none hangs"), data + talk);
        (code, _, talk) = await EosAsync(kafka, "txn", "abort", Id, "--yes");
        Assert.True(code == ExitCode.Ok, talk);
        Assert.Throws<KafkaException>(() => producer.CommitTransaction(Deadline.Usual));

        (code, _, talk) = await EosWithAsync(kafka, "Kafka__sasl.password", "wrong", "txn", "list");
        Assert.Equal(ExitCode.Unreachable, code);
        Assert.Contains("the broker refuses tools by SCRAM-SHA-512", talk);
        (code, _, talk) = await EosWithAsync(kafka, "Kafka__ssl.ca.location", "", "txn", "list");
        Assert.Equal(ExitCode.Unreachable, code);
        Assert.Contains("certificate", talk);
    }

    private static Task<(int ExitCode, string Data, string Talk)> EosAsync(
        DeployedKafka kafka, params string[] arguments) => EosWithAsync(kafka, "NO_COLOR", "1", arguments);

    private static Task<(int ExitCode, string Data, string Talk)> EosWithAsync(
        DeployedKafka kafka, string setting, string value, params string[] arguments)
    {
        var environment = new Dictionary<string, string?>
        {
            ["Kafka__security.protocol"] = "SASL_SSL",
            ["Kafka__sasl.mechanism"] = "SCRAM-SHA-512",
            ["Kafka__sasl.username"] = User,
            ["Kafka__sasl.password"] = DeployedKafka.PasswordOf(User),
            ["Kafka__ssl.ca.location"] = kafka.CaFile,
        };
        environment[setting] = value;
        return ChildProgram.RunAsync(
            Installation.Executable("FuturesEos.Cli"),
            [.. arguments, "--bootstrap-servers", kafka.BootstrapServers], environment, Deadline.InSeconds(60));
    }
}
