using System.Security.Cryptography;
using System.Text;
using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Primitives;
using FuturesEos.Tests.EmbeddedKafka.Network;

namespace FuturesEos.Tests.Broker.Secure;

/// <summary>Authenticates in ways that no client library would, and notes in words what it hears.</summary>
internal sealed class SaslClient : IDisposable
{
    private readonly RawClient _raw;
    private readonly List<string> _heard = [];
    private bool _isBare;

    private SaslClient(RawClient raw) => _raw = raw;

    /// <summary>What came back, one step after the other.</summary>
    public string Heard => string.Join(" | ", _heard);

    public static async Task<SaslClient> ConnectAsync(string servers) => new(await RawClient.ConnectAsync(servers));

    public void Dispose() => _raw.Dispose();

    public Task VersionsAsync(short version = 0, string name = "test") =>
        AskAsync<ApiVersionsRequest, ApiVersionsResponse>(
            new() { ClientSoftwareName = name, ClientSoftwareVersion = "1" },
            version,
            response => $"versions {response.ErrorCode}{(response.ApiKeys.Length > 0 ? " listed" : "")}");

    public Task MetadataAsync() => AskAsync<MetadataRequest, MetadataResponse>(
        new() { Topics = [] }, 1, response => $"metadata of {response.Brokers.Length}");

    public async Task HandshakeAsync(string mechanism, short version = 1)
    {
        _isBare = version == 0;
        await AskAsync<SaslHandshakeRequest, SaslHandshakeResponse>(
            new() { Mechanism = mechanism },
            version,
            response => $"handshake {response.ErrorCode} {string.Join(',', response.Mechanisms)}");
    }

    /// <summary>One token, and the one that answers it; null where it is refused.</summary>
    public async Task<string?> TokenAsync(string token, short version = 1)
    {
        string? answer = null;
        var bytes = Encoding.UTF8.GetBytes(token);
        if (_isBare)
        {
            await _raw.SendAsync((byte[])[0, 0, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes]);
            if (await ReceiveAsync() is not { } bare) return null;
            _heard.Add("bare");
            return Encoding.UTF8.GetString(bare);
        }

        await AskAsync<SaslAuthenticateRequest, SaslAuthenticateResponse>(
            new() { AuthBytes = bytes },
            version,
            response =>
            {
                var isGood = response.ErrorCode == KafkaError.None;
                answer = isGood ? Encoding.UTF8.GetString(response.AuthBytes.Span) : null;
                return $"{response.ErrorCode} '{response.ErrorMessage}'"
                    + (isGood || response.AuthBytes.IsEmpty ? "" : " with a token")
                    + (response.SessionLifetimeMs == 0 ? "" : " for a while");
            });
        return answer;
    }

    /// <summary>The whole of SCRAM, each part of it as said.</summary>
    public async Task ScramAsync(
        HashAlgorithmName hash,
        string user = SecureBroker.User,
        string password = SecureBroker.Password,
        string header = "n,,",
        string extension = "",
        string finalExtension = "",
        string nonceStart = "",
        string nonceEnd = "")
    {
        var bare = $"n={user},r=abc{extension}";
        if (await TokenAsync(header + bare) is not { } first) return;
        var parts = first.Split(',').ToDictionary(part => part[..1], part => part[2..]);
        var isNonceOfBoth = parts["r"].StartsWith("abc", StringComparison.Ordinal) && parts["r"].Length > 20;
        _heard.Add(isNonceOfBoth && parts["i"] == "4096" ? "challenge" : first);
        var binding = Convert.ToBase64String(Encoding.UTF8.GetBytes(header));
        var unproved = $"c={binding},r={nonceStart}{parts["r"]}{nonceEnd}";
        var said = Encoding.UTF8.GetBytes($"{bare},{first},{unproved}");
        var length = CryptographicOperations.HashData(hash, []).Length;
        var salted = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.UTF8.GetBytes(password), Convert.FromBase64String(parts["s"]), 4096, hash, length);
        var key = CryptographicOperations.HmacData(hash, salted, "Client Key"u8.ToArray());
        var signature = CryptographicOperations.HmacData(hash, CryptographicOperations.HashData(hash, key), said);
        var proof = Convert.ToBase64String([.. key.Zip(signature, (k, s) => (byte)(k ^ s))]);
        if (await TokenAsync($"{unproved}{finalExtension},p={proof}") is not { } last) return;
        var server = CryptographicOperations.HmacData(hash, salted, "Server Key"u8.ToArray());
        var expected = "v=" + Convert.ToBase64String(CryptographicOperations.HmacData(hash, server, said));
        _heard.Add(last == expected ? "proved" : $"no proof: {last}");
    }

    /// <summary>Notes that the connection ends now, or what comes instead.</summary>
    public async Task EndAsync()
    {
        if (await ReceiveAsync() is { } more) _heard.Add($"{more.Length} bytes more");
    }

    public async Task BytesAsync(params byte[] bytes)
    {
        await _raw.SendAsync(bytes);
        await EndAsync();
    }

    public async Task AskAsync<TRequest, TResponse>(TRequest request, short version, Func<TResponse, string> words)
        where TRequest : IKafkaRequest<TResponse>
        where TResponse : IProtocolStruct, new()
    {
        var api = TRequest.Api;
        await _raw.SendAsync(RawClient.Frame(request, api, version, correlationId: 7));
        if (await ReceiveAsync() is not { } answer) return;
        var readAs = api.IsOffered(version) ? version : (short)0;
        var reader = new ProtocolReader(answer.AsMemory(4), readAs, api.IsFlexible(readAs));
        if (api.HasFlexibleResponseHeader(readAs)) reader.SkipTags();
        var response = new TResponse();
        reader.Struct(response);
        reader.ExpectEnd();
        _heard.Add(words(response));
    }

    private async Task<byte[]?> ReceiveAsync()
    {
        try
        {
            return await _raw.ReceiveAsync();
        }
        catch (Exception closed) when (closed is EndOfStreamException or System.Net.Sockets.SocketException)
        {
            _heard.Add("closed");
            return null;
        }
    }
}
