using FuturesEos.Cli.Wire;
using FuturesEos.KafkaProtocol.Security;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;
using Xunit;

namespace FuturesEos.Tests.Cli;

/// <summary>The client's settings, as the commands with connections of their own take them.</summary>
public class ClientSecurityTests
{
    [Fact]
    public void without_a_protocol_nothing_is_protected() =>
        Assert.Same(ConnectionSecurity.None, Of("sasl.username=alice"));

    [Fact]
    public void a_user_with_a_password_logs_in()
    {
        var security = Of(
            "security.protocol=SASL_PLAINTEXT", "sasl.mechanism=SCRAM-SHA-512", "sasl.username=a", "sasl.password=b");
        Assert.Equal(new SaslLogin("SCRAM-SHA-512", "a", "b"), security.Login);
        Assert.Null(security.Tls);
        Assert.NotNull(Of("security.protocol=ssl").Tls);
    }

    [Theory]
    [InlineData("PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL", "security.protocol=tls")]
    [InlineData("sasl.mechanism is GSSAPI", "security.protocol=SASL_SSL")]
    [InlineData("Kafka__sasl.password is missing",
        "security.protocol=SASL_SSL", "sasl.mechanism=PLAIN", "sasl.username=a")]
    [InlineData("Kafka__ssl.crl.location; leave it out", "security.protocol=SSL", "ssl.crl.location=x")]
    [InlineData("Kafka__enable.ssl.certificate.verification; leave it out",
        "security.protocol=SSL", "enable.ssl.certificate.verification=false")]
    [InlineData("Kafka__ssl.ca.location: Could not find", "security.protocol=SSL", "ssl.ca.location=/nowhere/ca.crt")]
    [InlineData("Kafka__ssl.ca holds no certificate", "security.protocol=SSL", "ssl.ca.pem=none")]
    [InlineData("Kafka__ssl.key.location is missing", "security.protocol=SSL", "ssl.certificate.pem=x")]
    public void what_cannot_be_kept_is_refused_with_a_sentence(string sentence, params string[] settings)
    {
        var failure = Assert.Throws<ExpectedFailure>(() => Of(settings));
        Assert.Equal(ExitCode.Usage, failure.ExitCode);
        Assert.Contains(sentence, failure.Message);
    }

    private static ConnectionSecurity Of(params string[] settings) => ClientSecurity.Of(new KafkaSettings(
        "127.0.0.1:1", settings.Select(s => s.Split('=', 2)).ToDictionary(s => s[0], s => s[1])));
}
