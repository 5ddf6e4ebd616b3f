using System.Globalization;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;

namespace FuturesEos.KafkaProtocol.Security;

/// <summary>
/// The client's side of SCRAM (RFC 5802), without channel binding: it proves that it knows the password and is shown
/// that the broker does.
/// </summary>
/// <example>
/// <code>
/// n,,n=alice,r=fyko+d2lbbFgONRv9qkxdawL
/// r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096
/// c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=
/// v=rmF9pqV8S7suAoZWja4dJRkFsKQ=
/// </code>
/// </example>
internal sealed class ScramClient
{
    // fewer would show the password to whoever pretends to be the broker; more would keep this process busy for long
    private const int IterationsMin = 4096;
    private const int IterationsMax = 1_000_000;
    private const int NonceBytes = 24;

    private readonly SaslLogin _login;
    private readonly HashAlgorithmName _hash;
    private readonly string _nonce;
    private readonly string _bare;
    private byte[] _serverSignature = [];

    public ScramClient(SaslLogin login, string? nonce = null)
    {
        _login = login;
        _hash = login.Mechanism == "SCRAM-SHA-256" ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA512;
        _nonce = nonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceBytes));
        var user = login.User.Replace("=", "=3D", StringComparison.Ordinal)
            .Replace(",", "=2C", StringComparison.Ordinal);
        _bare = $"n={user},r={_nonce}";
    }

    /// <summary>Names the user.</summary>
    public byte[] First => Encoding.UTF8.GetBytes("n,," + _bare);

    /// <summary>The proof, from the broker's salt and iterations.</summary>
    /// <exception cref="AuthenticationException">They are none that may be answered.</exception>
    public byte[] Answer(ReadOnlySpan<byte> challenge)
    {
        var first = Encoding.UTF8.GetString(challenge);
        var parts = first.Split(',');
        if (parts.Length < 3 || !parts[0].StartsWith("r=" + _nonce, StringComparison.Ordinal)
            || !parts[1].StartsWith("s=", StringComparison.Ordinal)
            || !parts[2].StartsWith("i=", StringComparison.Ordinal)
            || !int.TryParse(parts[2].AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var iterations)
            || iterations is < IterationsMin or > IterationsMax)
            throw new AuthenticationException("the broker's SCRAM challenge cannot be answered");

        var keys = ScramKeys.Of(_login.Password, Salt(parts[1][2..]), iterations, _hash);
        var unproved = $"c=biws,{parts[0]}";
        var said = Encoding.UTF8.GetBytes($"{_bare},{first},{unproved}");
        var proof = keys.ClientKey;
        var signature = CryptographicOperations.HmacData(_hash, keys.StoredKey, said);
        for (var i = 0; i < proof.Length; i++)
            proof[i] ^= signature[i];
        _serverSignature = CryptographicOperations.HmacData(_hash, keys.ServerKey, said);
        return Encoding.UTF8.GetBytes($"{unproved},p={Convert.ToBase64String(proof)}");
    }

    /// <summary>Looks at the broker's own proof.</summary>
    /// <exception cref="AuthenticationException">It does not know the password.</exception>
    public void Verify(ReadOnlySpan<byte> proof)
    {
        var expected = Encoding.UTF8.GetBytes("v=" + Convert.ToBase64String(_serverSignature));
        if (!CryptographicOperations.FixedTimeEquals(expected, proof))
            throw new AuthenticationException("the broker does not know the password: it is another than it says");
    }

    private static byte[] Salt(string base64)
    {
        try
        {
            return Convert.FromBase64String(base64);
        }
        catch (FormatException e)
        {
            throw new AuthenticationException("the broker's SCRAM challenge has a salt that is not base64", e);
        }
    }
}
