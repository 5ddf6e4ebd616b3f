using FuturesEos.EmbeddedKafka.Security;
using FuturesEos.ServiceDefaults;

namespace FuturesEos.Cli.Supervision;

/// <summary>TLS and SASL as the options of <c>eos run broker</c> say them.</summary>
internal static class BrokerSecurity
{
    /// <exception cref="ExpectedFailure">One of the files is not named.</exception>
    public static TlsOptions? TlsOf(BrokerOptions options) => (options.TlsCertificate, options.TlsKey) switch
    {
        ({ } certificate, { } key) =>
            new() { CertificateFile = certificate, KeyFile = key, ClientCaFile = options.TlsClientCa },
        ({ }, null) => throw ExpectedFailure.Usage("--tls-certificate needs --tls-key, the file of its private key"),
        (null, { }) => throw ExpectedFailure.Usage("--tls-key needs --tls-certificate, the file of its certificate"),
        _ => options.TlsClientCa is null
            ? null
            : throw ExpectedFailure.Usage("--tls-client-ca needs --tls-certificate and --tls-key: it is part of TLS"),
    };

    /// <exception cref="ExpectedFailure">The file of users cannot be used.</exception>
    public static SaslOptions? SaslOf(BrokerOptions options)
    {
        var mechanisms = options.SaslMechanisms?.Split(
            ',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (options.SaslUsers is { } file)
            return new() { Users = SaslUsersFile.Read(file), Mechanisms = mechanisms ?? SaslMechanisms.All };
        return mechanisms is null
            ? null
            : throw ExpectedFailure.Usage("--sasl-mechanisms needs --sasl-users, the file of those who may connect");
    }
}
