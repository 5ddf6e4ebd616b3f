using System.Net.Security;

namespace FuturesEos.KafkaProtocol.Security;

/// <summary>How a client's connection is protected, and who it says it is.</summary>
/// <param name="Tls">What TLS is begun with, from the name of the host; null: without TLS.</param>
/// <param name="Login">Null: nobody.</param>
public sealed record ConnectionSecurity(Func<string, SslClientAuthenticationOptions>? Tls, SaslLogin? Login)
{
    /// <summary>Neither.</summary>
    public static ConnectionSecurity None { get; } = new(null, null);
}
