using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using FuturesEos.KafkaProtocol;

namespace FuturesEos.EmbeddedKafka.Security;

/// <summary>
/// RFC 5802, without channel binding. The client names itself, gets salt and iterations, and proves that it knows the
/// password; the answer proves that the broker does.
/// </summary>
/// <example>
/// <code>
/// n,,n=alice,r=fyko+d2lbbFgONRv9qkxdawL
/// r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096
/// c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=
/// v=rmF9pqV8S7suAoZWja4dJRkFsKQ=
/// </code>
/// </example>
internal sealed partial class ScramConversation(SaslUsers users, HashAlgorithmName hash) : SaslConversation
{
    private const int NonceBytes = 24;
    private const string Base64 = "(?:[a-zA-Z0-9/+]{4})*(?:[a-zA-Z0-9/+]{3}=|[a-zA-Z0-9/+]{2}==)?";
    private const string Name = @"(?:[\x01-\x7F-[=,]]|=2C|=3D)+";
    private const string Nonce = @"[\x21-\x7E-[,]]+";
    private const string Extensions = @"(?:,[A-Za-z]+=[\x01-\x7F-[,]]+)*";

    private State? _state;

    public override byte[] Answer(ReadOnlySpan<byte> token)
    {
        var message = Encoding.UTF8.GetString(token);
        var answer = _state is null ? First(message) : Final(message, _state);
        return Encoding.UTF8.GetBytes(answer);
    }

    private string First(string message)
    {
        // the reserved attribute m= ends it, as the RFC asks (5.1)
        if (FirstMessage().Match(message) is not { Success: true } match)
            throw new SaslRefusal("its first SCRAM message is malformed");
        var user = match.Groups["user"].Value
            .Replace("=2C", ",", StringComparison.Ordinal)
            .Replace("=3D", "=", StringComparison.Ordinal);
        var credential = users.CredentialOf(user, hash) ?? throw new SaslRefusal("wrong user or password");
        var actAs = match.Groups["actas"].Value;
        if (actAs.Length > 0 && actAs != user)
            throw PlainConversation.ActsAsAnother();
        var nonce = match.Groups["nonce"].Value + Convert.ToBase64String(RandomNumberGenerator.GetBytes(NonceBytes));
        var answer = $"r={nonce},s={Convert.ToBase64String(credential.Salt)},i={credential.Iterations}";
        _state = new State(credential, match.Groups["header"].Value, nonce, $"{match.Groups["bare"].Value},{answer}");
        return answer;
    }

    private string Final(string message, State state)
    {
        if (FinalMessage().Match(message) is not { Success: true } match)
            throw new SaslRefusal("its last SCRAM message is malformed");
        if (match.Groups["nonce"].Value != state.Nonce)
            throw new SaslRefusal("its last SCRAM message has another nonce");
        if (match.Groups["binding"].Value != Convert.ToBase64String(Encoding.UTF8.GetBytes(state.Header)))
            throw new SaslRefusal("its last SCRAM message has another header than its first");
        var said = Encoding.UTF8.GetBytes($"{state.Said},{match.Groups["unproved"].Value}");
        if (!IsProof(Convert.FromBase64String(match.Groups["proof"].Value), said, state.Credential))
            throw new SaslRefusal("wrong user or password");
        IsComplete = true;
        return "v=" + Convert.ToBase64String(CryptographicOperations.HmacData(hash, state.Credential.ServerKey, said));
    }

    // the proof is the client's key, hidden by a signature that can be made with what is stored
    private bool IsProof(byte[] proof, byte[] said, ScramCredential credential)
    {
        var signature = CryptographicOperations.HmacData(hash, credential.StoredKey, said);
        if (proof.Length != signature.Length) // not even wrong: Kafka too closes without an answer
            throw new ProtocolException($"a proof of {proof.Length} bytes, where {hash} has {signature.Length}");
        for (var i = 0; i < proof.Length; i++)
            proof[i] ^= signature[i];
        var storedKey = CryptographicOperations.HashData(hash, proof);
        return CryptographicOperations.FixedTimeEquals(storedKey, credential.StoredKey);
    }

    [GeneratedRegex(
        $@"\A(?<header>n,(?:a=(?<actas>{Name}))?,)(?<bare>n=(?<user>{Name}),r=(?<nonce>{Nonce}){Extensions})\z")]
    private static partial Regex FirstMessage();

    // extensions are passed over, and no part of what is proved: so does Kafka
    [GeneratedRegex(
        $@"\A(?<unproved>c=(?<binding>{Base64}),r=(?<nonce>{Nonce})){Extensions},p=(?<proof>{Base64})\z")]
    private static partial Regex FinalMessage();

    /// <param name="Credential">Of the user the client names.</param>
    /// <param name="Header">What the client said of channel binding.</param>
    /// <param name="Nonce">The client's and the broker's.</param>
    /// <param name="Said">What both said so far; the proof covers it.</param>
    private sealed record State(ScramCredential Credential, string Header, string Nonce, string Said);
}
