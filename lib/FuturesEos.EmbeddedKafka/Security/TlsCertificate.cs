using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FuturesEos.EmbeddedKafka.Security;

/// <summary>Reads what <see cref="TlsOptions"/> names into what the platform's TLS takes.</summary>
internal static class TlsCertificate
{
    /// <exception cref="ArgumentException">A file is not what it should be; the text says which.</exception>
    public static SslServerAuthenticationOptions Load(TlsOptions options)
    {
        var chain = Certificates(options.CertificateFile, "certificate");
        var leaf = WithKey(options, chain[0]);
        chain.RemoveAt(0);
        var server = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, chain, offline: true),

            // as Kafka does, whatever the machine would allow
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
        if (options.ClientCaFile is { } authorities)
            DemandFromClients(server, Certificates(authorities, "client CA"));
        return server;
    }

    private static void DemandFromClients(SslServerAuthenticationOptions server, X509Certificate2Collection authorities)
    {
        server.ClientCertificateRequired = true;
        server.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, // the machine's authorities mean nothing here
            RevocationMode = X509RevocationMode.NoCheck,
        };
        server.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        server.RemoteCertificateValidationCallback = (_, _, _, errors) => errors == SslPolicyErrors.None;
    }

    private static X509Certificate2Collection Certificates(string file, string what)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(Read(file, what));
        }
        catch (CryptographicException damaged)
        {
            throw new ArgumentException($"The {what} {file} is damaged: {damaged.Message}", damaged);
        }

        return found.Count > 0
            ? found
            : throw new ArgumentException($"The {what} {file} is not PEM: '-----BEGIN CERTIFICATE-----' is not in it.");
    }

    private static X509Certificate2 WithKey(TlsOptions options, X509Certificate2 certificate)
    {
        var key = Read(options.KeyFile, "key");
        if (key.Contains("ENCRYPTED", StringComparison.Ordinal))
            throw new ArgumentException($"The key {options.KeyFile} has a password; give one without.");
        try
        {
            using var joined = X509Certificate2.CreateFromPem(certificate.ExportCertificatePem(), key);

            // Windows cannot serve with a key that was never in one of its stores
            return X509CertificateLoader.LoadPkcs12(joined.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception unfit) when (unfit is CryptographicException or ArgumentException)
        {
            throw new ArgumentException(
                $"The key {options.KeyFile} is not the PEM key of the certificate {options.CertificateFile}.", unfit);
        }
    }

    private static string Read(string file, string what)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception failed) when (failed is IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"The {what} {file} cannot be read: {failed.Message}", failed);
        }
    }
}
