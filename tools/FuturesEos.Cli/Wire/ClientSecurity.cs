using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FuturesEos.KafkaProtocol.Security;
using FuturesEos.ServiceDefaults;
using FuturesEos.ServiceDefaults.Kafka;

namespace FuturesEos.Cli.Wire;

/// <summary>
/// The client's settings (<c>Kafka__*</c>, by librdkafka's names) as a connection of our own takes them. One that it
/// does not know is refused: it would be less protected than its user believes.
/// </summary>
internal sealed class ClientSecurity
{
    private static readonly string[] Known =
    [
        "sasl.mechanism", "sasl.mechanisms", "sasl.username", "sasl.password",
        "ssl.ca.location", "ssl.ca.pem", "ssl.certificate.location", "ssl.certificate.pem",
        "ssl.key.location", "ssl.key.pem", "ssl.key.password", "ssl.endpoint.identification.algorithm",
    ];

    private readonly KafkaSettings _settings;

    private ClientSecurity(KafkaSettings settings) => _settings = settings;

    /// <exception cref="ExpectedFailure">A setting is not known here, or is none.</exception>
    public static ConnectionSecurity Of(KafkaSettings settings) => new ClientSecurity(settings).Read();

    private ConnectionSecurity Read()
    {
        var protocol = Setting("security.protocol")?.ToLowerInvariant() ?? "plaintext";
        if (protocol == "plaintext") return ConnectionSecurity.None;
        if (protocol is not ("ssl" or "sasl_plaintext" or "sasl_ssl"))
            throw ExpectedFailure.Usage(
                $"Kafka__security.protocol is {protocol}: PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL");
        if (_settings.Extra.Keys.FirstOrDefault(IsUnknown) is { } unknown)
            throw ExpectedFailure.Usage(
                $"this command makes connections of its own and does not know the setting Kafka__{unknown}; leave it "
                    + "out, or use kafka-transactions.sh");
        return new ConnectionSecurity(
            protocol.EndsWith("ssl", StringComparison.Ordinal) ? Tls() : null,
            protocol.StartsWith("sasl", StringComparison.Ordinal) ? Login() : null);
    }

    private static bool IsUnknown(string name) => !Known.Contains(name)
        && (name.StartsWith("ssl.", StringComparison.Ordinal) || name.StartsWith("sasl.", StringComparison.Ordinal)
            || name.StartsWith("enable.ssl", StringComparison.Ordinal));

    private SaslLogin Login()
    {
        var mechanism = (Setting("sasl.mechanism") ?? Setting("sasl.mechanisms"))?.ToUpperInvariant() ?? "GSSAPI";
        if (!SaslLogin.Mechanisms.Contains(mechanism))
            throw ExpectedFailure.Usage(
                $"Kafka__sasl.mechanism is {mechanism}, and this command knows "
                    + $"{string.Join(", ", SaslLogin.Mechanisms)}; use kafka-transactions.sh");
        return new SaslLogin(mechanism, Needed("sasl.username"), Needed("sasl.password"));
    }

    private Func<string, SslClientAuthenticationOptions> Tls()
    {
        var authorities = Pem("ssl.ca") is { } trusted ? Certificates("ssl.ca", trusted) : null;
        var own = Own();
        var refused = Setting("ssl.endpoint.identification.algorithm")?.ToLowerInvariant() == "none"
            ? ~SslPolicyErrors.RemoteCertificateNameMismatch
            : ~SslPolicyErrors.None;
        return host => new SslClientAuthenticationOptions
        {
            TargetHost = host,
            ClientCertificates = own,
            CertificateChainPolicy = authorities is null ? null : TrustOnly(authorities),
            RemoteCertificateValidationCallback = (_, _, _, errors) => (errors & refused) == SslPolicyErrors.None,
        };
    }

    // a revocation list is looked for by librdkafka only when told where
    private static X509ChainPolicy TrustOnly(X509Certificate2Collection authorities)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.AddRange(authorities);
        return policy;
    }

    private X509CertificateCollection? Own()
    {
        if (Pem("ssl.certificate") is not { } certificate) return null;
        var key = Pem("ssl.key") ?? throw Missing("ssl.key.location");
        try
        {
            return
            [
                Setting("ssl.key.password") is { } password
                    ? X509Certificate2.CreateFromEncryptedPem(certificate, key, password)
                    : X509Certificate2.CreateFromPem(certificate, key),
            ];
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw ExpectedFailure.Usage($"Kafka__ssl.certificate and Kafka__ssl.key: {e.Message}");
        }
    }

    private static X509Certificate2Collection Certificates(string name, string pem)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(pem);
        }
        catch (CryptographicException e)
        {
            throw ExpectedFailure.Usage($"Kafka__{name}: {e.Message}");
        }

        return found.Count > 0 ? found : throw ExpectedFailure.Usage($"Kafka__{name} holds no certificate (PEM)");
    }

    // the text itself, or the file that it is in
    private string? Pem(string name)
    {
        if (Setting(name + ".pem") is { } text) return text;
        if (Setting(name + ".location") is not { } file) return null;
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ExpectedFailure.Usage($"Kafka__{name}.location: {e.Message}");
        }
    }

    private string? Setting(string name) => _settings.Extra.GetValueOrDefault(name);

    private string Needed(string name) => Setting(name) ?? throw Missing(name);

    private static ExpectedFailure Missing(string name) => ExpectedFailure.Usage($"Kafka__{name} is missing");
}
