namespace FuturesEos.EmbeddedKafka.Security;

/// <summary>The listener's TLS, 1.2 or 1.3: every client must speak it.</summary>
public sealed class TlsOptions
{
    /// <summary>PEM file of the broker's certificate, intermediate ones after it.</summary>
    public required string CertificateFile { get; init; }

    /// <summary>PEM file of the certificate's private key, without a password.</summary>
    public required string KeyFile { get; init; }

    /// <summary>PEM file of the authorities of which clients must have a certificate; null asks for none.</summary>
    public string? ClientCaFile { get; init; }
}
