using FuturesEos.LocalPostgres;
using FuturesEos.Tests.Support;
using FuturesEos.Tests.Topology;
using Xunit;

namespace FuturesEos.Tests.Broker.Secure;

/// <summary>The embedded broker answers an authentication as is written here, and so does Apache Kafka.</summary>
public class SaslDialogueTests
{
    [Fact]
    public async Task an_authentication_is_answered_as_written()
    {
        await using var broker = await SecureBroker.StartAsync(sasl: SecureBroker.Users());
        await HoldAllAsync(broker.BootstrapServers);
    }

    [Fact]
    [Trait("Category", "Long")]
    public async Task and_so_it_is_by_Apache_Kafka()
    {
        RealKafka.SkipWithout();
        using var folder = new TemporaryFolder("sasl");
        var (clients, brokers, controller) = (FreePort.Choose(), FreePort.Choose(), FreePort.Choose());
        const string Login = "org.apache.kafka.common.security.";
        var settings = new Dictionary<string, string>
        {
            ["process.roles"] = "broker,controller",
            ["node.id"] = "1",
            ["controller.quorum.voters"] = $"1@127.0.0.1:{controller}",
            ["listeners"] =
                $"CLIENT://127.0.0.1:{clients},INTERNAL://127.0.0.1:{brokers},CONTROLLER://127.0.0.1:{controller}",
            ["listener.security.protocol.map"] = "CLIENT:SASL_PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
            ["inter.broker.listener.name"] = "INTERNAL",
            ["controller.listener.names"] = "CONTROLLER",
            ["log.dirs"] = folder.In("data"),
            ["sasl.enabled.mechanisms"] = "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512",
            ["listener.name.client.plain.sasl.jaas.config"] =
                $"{Login}plain.PlainLoginModule required user_{SecureBroker.User}=\"{SecureBroker.Password}\";",
            ["listener.name.client.scram-sha-256.sasl.jaas.config"] = Login + "scram.ScramLoginModule required;",
            ["listener.name.client.scram-sha-512.sasl.jaas.config"] = Login + "scram.ScramLoginModule required;",
        };
        var credential = $"=[name={SecureBroker.User},password={SecureBroker.Password}]";
        await JavaProgram.RunAsync(
            "kafka.tools.StorageTool", "format", "-t", "RnV0dXJlc0Vvcy1TYXNsLWFz",
            "-c", JavaProgram.WriteSettings(folder.Path, settings),
            "--add-scram", "SCRAM-SHA-256" + credential, "--add-scram", "SCRAM-SHA-512" + credential);
        using var kafka = await JavaProgram.StartAsync(folder.Path, "kafka.Kafka", settings);

        // it listens before it knows its users
        await Eventually.True(
            async () => !kafka.HasExited && await IsServedAsync($"127.0.0.1:{clients}"),
            Deadline.InSeconds(120),
            kafka.Tail);
        await HoldAllAsync($"127.0.0.1:{clients}");
    }

    private static async Task HoldAllAsync(string servers)
    {
        var otherwise = await Task.WhenAll(SaslDialogue.All.Select(async dialogue =>
        {
            using var client = await SaslClient.ConnectAsync(servers);
            await dialogue.Value.Holds(client);
            return client.Heard == dialogue.Value.Heard
                ? "" : $"{dialogue.Key}:\n  {client.Heard}\n  {dialogue.Value.Heard}\n";
        }));
        Assert.True(otherwise.Length > 50);
        Assert.True(otherwise.All(string.IsNullOrEmpty), string.Concat(otherwise));
    }

    private static async Task<bool> IsServedAsync(string servers)
    {
        try
        {
            using var client = await SaslClient.ConnectAsync(servers);
            var (holds, heard) = SaslDialogue.All["SCRAM-SHA-512"];
            await holds(client);
            return client.Heard == heard;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
