using Confluent.Kafka;
using FuturesEos.EmbeddedKafka;
using FuturesEos.EmbeddedKafka.Faults;
using FuturesEos.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;
using Names = FuturesEos.EmbeddedKafka.Security.SaslMechanisms;

namespace FuturesEos.Tests.Broker.Secure;

public class SaslTests
{
    public static TheoryData<SecurityProtocol, SaslMechanism> Ways => new()
    {
        { SecurityProtocol.SaslSsl, SaslMechanism.ScramSha256 },
        { SecurityProtocol.SaslSsl, SaslMechanism.ScramSha512 },
        { SecurityProtocol.SaslSsl, SaslMechanism.Plain },
        { SecurityProtocol.SaslPlaintext, SaslMechanism.ScramSha256 },
        { SecurityProtocol.SaslPlaintext, SaslMechanism.ScramSha512 },
        { SecurityProtocol.SaslPlaintext, SaslMechanism.Plain },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task who_knows_the_password_is_served(SecurityProtocol protocol, SaslMechanism mechanism)
    {
        await using var broker = await SecureBroker.StartAsync(
            tls: protocol == SecurityProtocol.SaslSsl, sasl: SecureBroker.Users());
        await broker.WriteAndReadAsync(broker.With(protocol, mechanism));
        var odd = new AdminClientConfig { BootstrapServers = broker.BootstrapServers };
        broker.With(protocol, mechanism)(odd);
        (odd.SaslUsername, odd.SaslPassword) = (SecureBroker.OddUser, SecureBroker.OddPassword);
        using var admin = new AdminClientBuilder(odd).SetLogHandler((_, _) => { }).Build();
        Assert.Single(admin.GetMetadata(Deadline.Usual).Brokers);
    }

    [Theory]
    [InlineData(SaslMechanism.Plain, "Authentication failed: Invalid username or password")]
    [InlineData(SaslMechanism.ScramSha256, "due to invalid credentials with SASL mechanism SCRAM-SHA-256")]
    [InlineData(SaslMechanism.ScramSha512, "due to invalid credentials with SASL mechanism SCRAM-SHA-512")]
    public async Task who_does_not_is_told_so_in_Kafkas_words_and_nothing_of_it_is_logged(
        SaslMechanism mechanism, string sentence)
    {
        await using var broker = await SecureBroker.StartAsync(sasl: SecureBroker.Users());
        (string, string)[] wrong = [(SecureBroker.User, "wrong-password"), ("nobody-known", SecureBroker.Password)];
        foreach (var (user, password) in wrong)
        {
            var said = await broker.RefusalAsync(config =>
            {
                broker.With(SecurityProtocol.SaslPlaintext, mechanism)(config);
                config.SaslUsername = user;
                config.SaslPassword = password;
            });
            Assert.Contains("Local_Authentication", said);
            Assert.Contains(sentence, said);
        }

        await broker.WriteAndReadAsync(broker.With(SecurityProtocol.SaslPlaintext, mechanism));
        await Eventually.True(() => broker.Log.Contains("Closed the connection from"));
        foreach (var secret in (string[])[SecureBroker.Password, "wrong-password", "nobody-known"])
            Assert.False(broker.Log.Contains(secret), secret);
    }

    [Fact]
    public async Task a_mechanism_that_is_not_enabled_is_refused_with_those_that_are()
    {
        await using var broker = await SecureBroker.StartAsync(sasl: SecureBroker.Users(Names.ScramSha512));
        var said = await broker.RefusalAsync(broker.With(SecurityProtocol.SaslPlaintext, SaslMechanism.Plain));
        Assert.Contains("Unsupported SASL mechanism", said);
        Assert.Contains("SCRAM-SHA-512", said);
        await broker.WriteAndReadAsync(broker.With(SecurityProtocol.SaslPlaintext, SaslMechanism.ScramSha512));
    }

    [Fact]
    public async Task who_does_not_authenticate_at_all_is_cut_off_and_others_are_served_meanwhile()
    {
        await using var broker = await SecureBroker.StartAsync(sasl: SecureBroker.Users());
        var said = broker.RefusalAsync(config => config.SecurityProtocol = SecurityProtocol.Plaintext);
        await broker.WriteAndReadAsync(broker.With(SecurityProtocol.SaslPlaintext, SaslMechanism.Plain));
        await said;
        await Eventually.True(() => broker.Log.Contains("before the client had authenticated itself"));
    }

    [Fact]
    public async Task a_fault_plan_reaches_an_authentication_too()
    {
        using var data = new TemporaryFolder("secure");
        await using var broker = await EmbeddedKafkaHost.StartAsync(
            new()
            {
                DataFolder = data.Path,
                Sasl = SecureBroker.Users(),
                Faults = FaultPlan.Parse("SaslAuthenticate 1 drop; SaslHandshake 2 drop"),
            },
            NullLoggerFactory.Instance);
        var config = new AdminClientConfig
        {
            BootstrapServers = broker.BootstrapServers,
            SecurityProtocol = SecurityProtocol.SaslPlaintext,
            SaslMechanism = SaslMechanism.ScramSha256,
            SaslUsername = SecureBroker.User,
            SaslPassword = SecureBroker.Password,
        };
        using var admin = new AdminClientBuilder(config).SetLogHandler((_, _) => { }).Build();
        Assert.Single(admin.GetMetadata(Deadline.Usual).Brokers);
    }
}
