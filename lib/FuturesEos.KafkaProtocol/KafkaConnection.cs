using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using FuturesEos.KafkaProtocol.Messages;
using FuturesEos.KafkaProtocol.Primitives;
using FuturesEos.KafkaProtocol.Security;

namespace FuturesEos.KafkaProtocol;

/// <summary>
/// A client connection for requests that librdkafka has not: one request at a time, each with a deadline. After a
/// failure the connection is of no use; make a new one.
/// </summary>
public sealed class KafkaConnection : IAsyncDisposable
{
    private const int MaxResponseBytes = 64 << 20;

    private readonly string _clientId;
    private readonly TimeSpan _timeout;
    private Stream _stream = Stream.Null;
    private Dictionary<short, ApiVersionsResponse.ApiVersion> _offered = [];
    private int _correlationId;
    private int _isBusy;

    private KafkaConnection(string clientId, TimeSpan timeout)
    {
        _clientId = clientId;
        _timeout = timeout;
    }

    /// <summary>Connects and asks which versions the broker speaks.</summary>
    /// <param name="bootstrapServer">host:port; of a list with commas the first.</param>
    /// <param name="clientId">As the broker's logs will show us.</param>
    /// <param name="timeout">For connecting, and for each request.</param>
    /// <param name="cancel">Ends the attempt.</param>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    /// <exception cref="TimeoutException">No answer in time.</exception>
    public static Task<KafkaConnection> ConnectAsync(
        string bootstrapServer, string clientId, TimeSpan timeout, CancellationToken cancel = default) =>
        ConnectAsync(bootstrapServer, clientId, timeout, ConnectionSecurity.None, cancel);

    /// <summary>Connects, logs in, and asks which versions the broker speaks.</summary>
    /// <param name="bootstrapServer">host:port; of a list with commas the first.</param>
    /// <param name="clientId">As the broker's logs will show us.</param>
    /// <param name="timeout">For connecting, and for each request.</param>
    /// <param name="security">How the connection is protected, and who logs in.</param>
    /// <param name="cancel">Ends the attempt.</param>
    /// <exception cref="SocketException">Nobody listens there.</exception>
    /// <exception cref="AuthenticationException">One of the two does not accept the other.</exception>
    /// <exception cref="TimeoutException">No answer in time.</exception>
    public static async Task<KafkaConnection> ConnectAsync(
        string bootstrapServer, string clientId, TimeSpan timeout, ConnectionSecurity security,
        CancellationToken cancel = default)
    {
        var (host, port) = ParseAddress(bootstrapServer);
        var connection = new KafkaConnection(clientId, timeout);
        try
        {
            await connection.Bounded(token => connection.OpenAsync(host, port, security, token), "connect", cancel);
            var versions = await connection.SendAsync<ApiVersionsRequest, ApiVersionsResponse>(
                new ApiVersionsRequest(), version: 0, cancel);
            connection._offered = versions.ApiKeys.ToDictionary(api => api.ApiKey);
            if (security.Login is { } login)
                await connection.LogInAsync(login, cancel);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sends in the newest version both sides know.</summary>
    /// <exception cref="NotSupportedException">There is no such version.</exception>
    public Task<TResponse> SendAsync<TRequest, TResponse>(TRequest request, CancellationToken cancel = default)
        where TRequest : IKafkaRequest<TResponse>
        where TResponse : IProtocolStruct, new()
    {
        var api = TRequest.Api;
        if (!_offered.TryGetValue((short)api.Key, out var range))
            throw new NotSupportedException($"The broker does not offer {api.Key}.");
        var version = Math.Min(api.MaxVersion, range.MaxVersion);
        if (version < Math.Max(api.MinVersion, range.MinVersion))
        {
            throw new NotSupportedException(
                $"The broker offers {api.Key} {range.MinVersion} to {range.MaxVersion}; "
                + $"{api.MinVersion} to {api.MaxVersion} are known here.");
        }

        return SendAsync<TRequest, TResponse>(request, version, cancel);
    }

    /// <summary>Sends in the given version, offered or not.</summary>
    /// <exception cref="TimeoutException">No answer in time: its outcome is unknown.</exception>
    /// <exception cref="EndOfStreamException">The broker closed the connection.</exception>
    /// <exception cref="ProtocolException">The answer cannot be read.</exception>
    public async Task<TResponse> SendAsync<TRequest, TResponse>(
        TRequest request, short version, CancellationToken cancel = default)
        where TRequest : IKafkaRequest<TResponse>
        where TResponse : IProtocolStruct, new()
    {
        var api = TRequest.Api;
        var id = ++_correlationId;
        using var writer = new ProtocolWriter(version, api.IsFlexible(version));
        writer.StartFrame();
        new RequestHeader(api.Key, version, id, _clientId).Write(writer);
        writer.Struct(request);
        var answer = await ExchangeAsync(writer.FinishFrame(), api.Key.ToString(), cancel);
        return ReadAnswer<TResponse>(answer, api, version, id);
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private async ValueTask OpenAsync(string host, int port, ConnectionSecurity security, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(host, port, cancel);
            _stream = new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        if (security.Tls is null)
            return;
        var tls = new SslStream(_stream);
        _stream = tls;
        await tls.AuthenticateAsClientAsync(security.Tls(host), cancel);
    }

    private async Task LogInAsync(SaslLogin login, CancellationToken cancel)
    {
        var handshake = await SendAsync<SaslHandshakeRequest, SaslHandshakeResponse>(
            new SaslHandshakeRequest { Mechanism = login.Mechanism }, cancel);
        if (handshake.ErrorCode != KafkaError.None)
        {
            throw new AuthenticationException(
                $"the broker does not know {login.Mechanism}, but {string.Join(", ", handshake.Mechanisms)}");
        }

        if (login.Mechanism == "PLAIN")
        {
            await AuthenticateAsync(login, login.PlainToken, cancel);
            return;
        }

        var scram = new ScramClient(login);
        var challenge = await AuthenticateAsync(login, scram.First, cancel);
        var proof = await AuthenticateAsync(login, scram.Answer(challenge.Span), cancel);
        scram.Verify(proof.Span);
    }

    private async Task<ReadOnlyMemory<byte>> AuthenticateAsync(
        SaslLogin login, byte[] token, CancellationToken cancel)
    {
        var answer = await SendAsync<SaslAuthenticateRequest, SaslAuthenticateResponse>(
            new SaslAuthenticateRequest { AuthBytes = token }, cancel);
        return answer.ErrorCode == KafkaError.None
            ? answer.AuthBytes
            : throw new AuthenticationException($"the broker refuses {login}: {answer.ErrorMessage}");
    }

    private static (string Host, int Port) ParseAddress(string bootstrapServer)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(bootstrapServer);
        var first = bootstrapServer.Split(',')[0].Trim();
        var colon = first.LastIndexOf(':');
        if (colon <= 0 || !ushort.TryParse(first.AsSpan(colon + 1), out var port))
            throw new ArgumentException($"'{first}' is not host:port.", nameof(bootstrapServer));
        return (first[..colon].Trim('[', ']'), port);
    }

    private static TResponse ReadAnswer<TResponse>(byte[] answer, Api api, short version, int id)
        where TResponse : IProtocolStruct, new()
    {
        if (answer.Length < 4 || BinaryPrimitives.ReadInt32BigEndian(answer) != id)
            throw new ProtocolException($"The answer to {api.Key} belongs to another request.");

        // a broker that does not know the version of ApiVersions answers in version 0 (KIP-511)
        var isRefused = api.Key == ApiKey.ApiVersions && version > 0 && answer.Length >= 6
            && BinaryPrimitives.ReadInt16BigEndian(answer.AsSpan(4)) == (short)KafkaError.UnsupportedVersion;
        var readAs = isRefused ? (short)0 : version;
        var reader = new ProtocolReader(answer.AsMemory(4), readAs, api.IsFlexible(readAs));
        if (api.HasFlexibleResponseHeader(readAs))
            reader.SkipTags();
        var response = new TResponse();
        reader.Struct(response);
        reader.ExpectEnd();
        return response;
    }

    private async Task<byte[]> ExchangeAsync(List<ArraySegment<byte>> frame, string what, CancellationToken cancel)
    {
        if (Interlocked.Exchange(ref _isBusy, 1) != 0)
            throw new InvalidOperationException("A request is under way on this connection, or one has failed.");
        byte[] answer = [];
        await Bounded(
            async token =>
            {
                foreach (var part in frame)
                    await _stream.WriteAsync(part, token);
                var length = BinaryPrimitives.ReadInt32BigEndian(await ReceiveAsync(ProtocolLimits.LengthBytes, token));
                if (length is < 4 or > MaxResponseBytes)
                    throw new ProtocolException($"An answer of {length} bytes is announced.");
                answer = await ReceiveAsync(length, token);
            },
            what,
            cancel);
        Volatile.Write(ref _isBusy, 0);
        return answer;
    }

    private async Task<byte[]> ReceiveAsync(int length, CancellationToken cancel)
    {
        var bytes = new byte[length];
        for (var at = 0; at < length;)
        {
            var read = await _stream.ReadAsync(bytes.AsMemory(at), cancel);
            if (read == 0)
                throw new EndOfStreamException("The broker closed the connection before it answered.");
            at += read;
        }

        return bytes;
    }

    private async Task Bounded(Func<CancellationToken, ValueTask> step, string what, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(_timeout);
        try
        {
            await step(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"{what}: no answer within {_timeout.TotalSeconds:0.#} s.");
        }
    }
}
