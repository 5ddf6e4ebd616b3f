using System.Diagnostics;
using Confluent.Kafka;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Broker.Secure;

/// <summary>Clients that share no TLS and no SASL with ours: kcat, and Apache Kafka's own.</summary>
public class SecureProgramsTests
{
    private const string Lines = "one\ntwo\nthree\n";

    [Theory]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-512")]
    [InlineData("PLAIN")]
    public async Task kcat_writes_and_reads_back_over_TLS_with_a_password(string mechanism)
    {
        const string Program = "/usr/bin/kcat";
        Assert.SkipUnless(File.Exists(Program), "kcat is not installed");
        var (_, version) = await RunAsync(Program, "", ["-V"]);
        var library = Version.Parse(version.Split("librdkafka ")[1].Split(' ')[0]);
        Assert.SkipWhen(
            mechanism != "PLAIN" && library < new Version(2, 6, 1),
            $"librdkafka {library} says its nonce twice, which Kafka refuses since 3.7.2 (CVE-2024-56128)");
        await using var broker = await SecureBroker.StartAsync(
            tls: true, clientCertificates: true, sasl: SecureBroker.Users());
        await CreateTopicAsync(broker, "t");
        string[] settings =
        [
            .. KcatSettings(broker, mechanism, SecureBroker.Password),
            "-X", $"ssl.certificate.location={broker.Certificates.Certificate("client")}",
            "-X", $"ssl.key.location={broker.Certificates.Key("client")}",
        ];
        var (code, said) = await RunAsync(Program, Lines, ["-P", "-t", "t", .. settings]);
        Assert.True(code == 0, said);
        var (_, read) = await RunAsync(Program, "", ["-C", "-t", "t", "-e", "-q", "-o", "beginning", .. settings]);
        Assert.Equal(Lines, read);
    }

    [Theory]
    [Trait("Category", "Long")]
    [InlineData("SCRAM-SHA-256")]
    [InlineData("SCRAM-SHA-512")]
    [InlineData("PLAIN")]
    public async Task the_Java_client_writes_and_reads_back_over_TLS_with_a_password(string mechanism)
    {
        RealKafka.SkipWithout();
        await using var broker = await SecureBroker.StartAsync(
            tls: true, clientCertificates: true, sasl: SecureBroker.Users());
        await CreateTopicAsync(broker, "t");
        var properties = broker.Certificates.In("client.properties");
        await File.WriteAllTextAsync(properties, JavaSettings(broker, mechanism, SecureBroker.Password));
        string[] server = ["--bootstrap-server", broker.BootstrapServers, "--topic", "t"];
        await JavaAsync(Lines, ["console-producer", .. server, "--command-config", properties]);
        string[] reading = ["--from-beginning", "--max-messages", "3", "--command-config", properties];
        var (_, read) = await JavaAsync("", ["console-consumer", .. server, .. reading]);
        Assert.Contains("one\ntwo\nthree", read);
    }

    [Fact]
    public async Task the_Java_client_is_served_over_TLS_and_told_when_its_password_is_wrong()
    {
        RealKafka.SkipWithout();
        await using var broker = await SecureBroker.StartAsync(
            tls: true, clientCertificates: true, sasl: SecureBroker.Users());
        var properties = broker.Certificates.In("client.properties");
        string[] question = ["--bootstrap-server", broker.BootstrapServers, "--command-config", properties];
        await File.WriteAllTextAsync(properties, JavaSettings(broker, "SCRAM-SHA-512", SecureBroker.Password));
        var (code, said) = await JavaAsync("", ["topics", "--create", "--topic", "mine", .. question]);
        Assert.True(code == 0 && said.Contains("Created topic mine", StringComparison.Ordinal), said);
        await File.WriteAllTextAsync(properties, JavaSettings(broker, "SCRAM-SHA-512", "wrong"));
        (code, said) = await JavaAsync("", ["topics", "--list", .. question]);
        Assert.NotEqual(0, code);
        Assert.Contains("SaslAuthenticationException: Authentication failed during authentication", said);
    }

    private static async Task CreateTopicAsync(SecureBroker broker, string topic)
    {
        var config = new AdminClientConfig { BootstrapServers = broker.BootstrapServers };
        broker.With(SecurityProtocol.SaslSsl, SaslMechanism.Plain)(config);
        config.SslCertificateLocation = broker.Certificates.Certificate("client");
        config.SslKeyLocation = broker.Certificates.Key("client");
        using var admin = new AdminClientBuilder(config).SetLogHandler((_, _) => { }).Build();
        await admin.CreateTopicsAsync([new() { Name = topic, NumPartitions = 1, ReplicationFactor = 1 }]);
    }

    private static string[] KcatSettings(SecureBroker broker, string mechanism, string password) =>
    [
        "-b", broker.BootstrapServers,
        "-X", "security.protocol=SASL_SSL",
        "-X", $"ssl.ca.location={broker.Certificates.Ca}",
        "-X", $"sasl.mechanism={mechanism}",
        "-X", $"sasl.username={SecureBroker.User}",
        "-X", $"sasl.password={password}",
    ];

    private static string JavaSettings(SecureBroker broker, string mechanism, string password)
    {
        var module = mechanism == "PLAIN" ? "plain.PlainLoginModule" : "scram.ScramLoginModule";
        var own = broker.Certificates.In("keystore.pem");
        var certificate = File.ReadAllText(broker.Certificates.Certificate("client"));
        File.WriteAllText(own, File.ReadAllText(broker.Certificates.Key("client")) + certificate);
        return $"""
            security.protocol=SASL_SSL
            ssl.truststore.type=PEM
            ssl.truststore.location={broker.Certificates.Ca}
            ssl.keystore.type=PEM
            ssl.keystore.location={own}
            sasl.mechanism={mechanism}
            sasl.jaas.config=org.apache.kafka.common.security.{module} required \
              username="{SecureBroker.User}" password="{password}";
            """;
    }

    private static Task<(int Code, string Said)> JavaAsync(string input, string[] arguments) =>
        RunAsync(Path.Combine(RealKafka.Folder!, "run"), input, arguments);

    private static async Task<(int Code, string Said)> RunAsync(string program, string input, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, process.ExitCode == 0 ? await output : await errors + await output);
    }
}
