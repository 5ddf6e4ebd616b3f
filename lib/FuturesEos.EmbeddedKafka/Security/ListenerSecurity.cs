using System.Net.Security;
using System.Net.Sockets;
using FuturesEos.EmbeddedKafka.Network;

namespace FuturesEos.EmbeddedKafka.Security;

/// <summary>What a connection must get through before it is served; nothing, unless options say so.</summary>
internal sealed class ListenerSecurity
{
    private readonly SslServerAuthenticationOptions? _tls;
    private readonly SaslUsers? _users;

    private ListenerSecurity(SslServerAuthenticationOptions? tls, SaslUsers? users)
    {
        _tls = tls;
        _users = users;
    }

    /// <summary>In words; null when there is none.</summary>
    public string? Description => (_tls, _users) switch
    {
        (null, null) => null,
        (null, _) => "SASL, unencrypted",
        ({ } tls, null) =>
            tls.ClientCertificateRequired ? "TLS and client certificates" : "TLS, which lets everybody in",
        _ => "TLS and SASL",
    };

    /// <exception cref="ArgumentException">Certificate or key cannot be used.</exception>
    public static ListenerSecurity Load(EmbeddedKafkaOptions options) => new(
        options.Tls is { } tls ? TlsCertificate.Load(tls) : null,
        options.Sasl is { } sasl ? new SaslUsers(sasl) : null);

    public Wire WireOf(Socket socket) => _tls is null ? new PlainWire(socket) : new TlsWire(socket, _tls);

    /// <summary>Null where nobody has to authenticate himself.</summary>
    public SaslExchange? NewExchange() => _users is null ? null : new SaslExchange(_users);
}
