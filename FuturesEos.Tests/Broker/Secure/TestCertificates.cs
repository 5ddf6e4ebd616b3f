using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FuturesEos.Tests.Support;

namespace FuturesEos.Tests.Broker.Secure;

/// <summary>
/// An authority, a broker's certificate of it for 127.0.0.1, a client's of it, and one of a stranger: as PEM files that
/// go with the test.
/// </summary>
internal sealed class TestCertificates : IDisposable
{
    private readonly TemporaryFolder _folder = new("certificates");

    public TestCertificates()
    {
        using var authority = Authority("CN=authority of the test");
        using var stranger = Authority("CN=somebody else");
        Write("ca", authority);
        Issue("broker", authority);
        Issue("client", authority);
        Issue("stranger", stranger);
    }

    /// <summary>Certificates that are trusted.</summary>
    public string Ca => Certificate("ca");

    public string Certificate(string of) => _folder.In($"{of}.pem");

    public string Key(string of) => _folder.In($"{of}.key");

    /// <summary>A file beside them.</summary>
    public string In(string name) => _folder.In(name);

    public void Dispose() => _folder.Dispose();

    private static X509Certificate2 Authority(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(7));
    }

    private void Issue(string name, X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        var (from, to) = (DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1));
        using var issued = request.Create(authority, from, to, RandomNumberGenerator.GetBytes(12));
        using var whole = issued.CopyWithPrivateKey(key);
        Write(name, whole);
    }

    private void Write(string name, X509Certificate2 certificate)
    {
        File.WriteAllText(Certificate(name), certificate.ExportCertificatePem() + "\n");
        using var key = certificate.GetECDsaPrivateKey();
        File.WriteAllText(Key(name), key!.ExportPkcs8PrivateKeyPem() + "\n");
    }
}
