using Confluent.Kafka;
using FuturesEos.Cli.Supervision;
using FuturesEos.LocalPostgres;
using FuturesEos.ServiceDefaults;
using FuturesEos.Tests.Broker.Secure;
using FuturesEos.Tests.Support;
using Xunit;

namespace FuturesEos.Tests.Cli;

/// <summary><c>eos run broker</c> with TLS and users.</summary>
public class BrokerSecurityTests
{
    [Fact]
    public async Task the_command_serves_over_TLS_who_stands_in_the_file_and_shows_no_password()
    {
        using var certificates = new TestCertificates();
        using var data = new TemporaryFolder("secure");
        var users = Users(certificates, "# who may\n\nalice:secret:with:colons\nbob:other\n");
        var port = FreePort.Choose();
        using var eos = EosProgram.Start(
            "run", "broker", "--port", $"{port}", "--data", data.Path, "--sasl-users", users,
            "--sasl-mechanisms", "SCRAM-SHA-512, SCRAM-SHA-256",
            "--tls-certificate", certificates.Certificate("broker"), "--tls-key", certificates.Key("broker"));
        var config = new AdminClientConfig
        {
            BootstrapServers = $"127.0.0.1:{port}",
            SecurityProtocol = SecurityProtocol.SaslSsl,
            SslCaLocation = certificates.Ca,
            SaslMechanism = SaslMechanism.ScramSha512,
            SaslUsername = "alice",
            SaslPassword = "secret:with:colons",
        };
        using (var admin = new AdminClientBuilder(config).SetLogHandler((_, _) => { }).Build())
            Assert.Single(admin.GetMetadata(Deadline.Usual).Brokers);
        eos.Signal("TERM");
        await eos.EndsWithAsync(0);
        Assert.DoesNotContain("secret:with", eos.Talk + eos.Data);
    }

    [Theory]
    [InlineData("--tls-certificate needs --tls-key", "--tls-certificate", "c.pem")]
    [InlineData("--tls-key needs --tls-certificate", "--tls-key", "c.pem")]
    [InlineData("--tls-client-ca needs --tls-certificate", "--tls-client-ca", "c.pem")]
    [InlineData("The certificate /none/c.pem cannot be read", "--tls-certificate", "/none/c.pem", "--tls-key", "k")]
    [InlineData("--sasl-mechanisms needs --sasl-users", "--sasl-mechanisms", "PLAIN")]
    [InlineData("--sasl-users: Could not find", "--sasl-users", "/nowhere/users")]
    public async Task what_does_not_go_together_is_refused_with_a_sentence(string sentence, params string[] options)
    {
        using var data = new TemporaryFolder("secure");
        var (code, _, talk) =
            await EosProgram.RunAsync(["run", "broker", "--port", "0", "--data", data.Path, .. options]);
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains(sentence, talk);
    }

    [Fact]
    public void a_file_of_users_that_others_may_read_is_refused_with_the_remedy()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "files have no mode there");
        using var folder = new TestCertificates();
        foreach (var mode in (UnixFileMode[])[UnixFileMode.GroupRead, UnixFileMode.OtherRead, UnixFileMode.OtherWrite])
        {
            var users = Users(folder, "alice:secret\n", UnixFileMode.UserRead | UnixFileMode.UserWrite | mode);
            var refused = Assert.Throws<ExpectedFailure>(() => SaslUsersFile.Read(users));
            Assert.EndsWith($"others than its owner may read or write {users}: chmod 600 it", refused.Message);
            Assert.Equal(ExitCode.Usage, refused.ExitCode);
        }
    }

    [Theory]
    [InlineData("alice:secret\nsecret-alone\n", "line 2 of {0} is not user:password")]
    [InlineData("alice:\n", "line 1 of {0} is not user:password")]
    [InlineData(":secret\n", "line 1 of {0} is not user:password")]
    [InlineData("alice:one\n\nalice:secret\n", "line 3 of {0} names a user who stands above already")]
    [InlineData("# nobody\n", "{0} has no line user:password")]
    public void a_line_that_is_none_is_named_by_its_number_and_not_shown(string content, string sentence)
    {
        using var folder = new TestCertificates();
        var users = Users(folder, content);
        var refused = Assert.Throws<ExpectedFailure>(() => SaslUsersFile.Read(users));
        Assert.Equal("--sasl-users: " + string.Format(null, sentence, users), refused.Message);
    }

    [Fact]
    public async Task a_mechanism_that_nobody_has_is_refused_with_those_there_are()
    {
        using var folder = new TestCertificates();
        var (code, _, talk) = await EosProgram.RunAsync(
            "run", "broker", "--port", "0", "--data", folder.In("data"),
            "--sasl-users", Users(folder, "alice:secret\n"), "--sasl-mechanisms", "PLAIN,GSSAPI");
        Assert.Equal(ExitCode.Usage, code);
        Assert.Contains("Sasl.Mechanisms: 'GSSAPI' is not one of PLAIN, SCRAM-SHA-512, SCRAM-SHA-256", talk);
        Assert.DoesNotContain("secret", talk);
    }

    private static string Users(
        TestCertificates folder, string content, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        var file = folder.In("users");
        File.WriteAllText(file, content);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, mode);
        return file;
    }
}
