using FuturesEos.KafkaProtocol;
using FuturesEos.KafkaProtocol.Messages;

namespace FuturesEos.EmbeddedKafka.Security;

/// <summary>How far a connection's client has authenticated itself.</summary>
/// <remarks>
/// <code>
/// nothing ──ApiVersions──► told the versions ──SaslHandshake──► tokens ──the last──► complete
///    └──────────────────────SaslHandshake──────────────────────►─┘
/// </code>
/// Anything else ends the connection, and so does a refusal, once it is answered.
/// </remarks>
internal sealed class SaslExchange(SaslUsers users)
{
    private readonly SaslUsers _users = users;
    private SaslConversation? _conversation;
    private string _mechanism = "";
    private bool _isToldVersions;

    public bool IsComplete => _conversation is { IsComplete: true };

    /// <summary>Whether the next frame is a token without a header: what follows version 0 of the handshake.</summary>
    public bool IsBare { get; private set; }

    /// <summary>Why the client is not let in; null as long as it may be.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Whether a request may come now.</summary>
    /// <exception cref="ProtocolException">It may not.</exception>
    public void Admit(RequestHeader header)
    {
        var isInOrder = header.Key switch
        {
            ApiKey.ApiVersions => _conversation is null && !_isToldVersions,
            ApiKey.SaslHandshake => _conversation is null,
            ApiKey.SaslAuthenticate => _conversation is not null,
            _ => false,
        };
        if (!isInOrder)
            throw new ProtocolException($"{header.Key} came before the client had authenticated itself");
    }

    /// <summary>The list was sent. Who asked for it in the wrong way may ask again.</summary>
    public void IsToldVersions() => _isToldVersions = true;

    public SaslHandshakeResponse Handshake(SaslHandshakeRequest request, short version)
    {
        _mechanism = request.Mechanism;
        _conversation = _users.Begin(request.Mechanism);
        IsBare = version == 0;
        if (_conversation is null)
            Refusal = "it wants a SASL mechanism that is not enabled";
        return new SaslHandshakeResponse
        {
            ErrorCode = _conversation is null ? KafkaError.UnsupportedSaslMechanism : KafkaError.None,
            Mechanisms = _users.Mechanisms,
        };
    }

    public SaslAuthenticateResponse Authenticate(SaslAuthenticateRequest request)
    {
        try
        {
            return new SaslAuthenticateResponse { ErrorMessage = "", AuthBytes = AnswerOf(request.AuthBytes.Span) };
        }
        catch (SaslRefusal refused)
        {
            // the general sentence does not say whether there is such a user
            Refusal = refused.Message;
            return new SaslAuthenticateResponse
            {
                ErrorCode = KafkaError.SaslAuthenticationFailed,
                ErrorMessage = refused.Told ?? "Authentication failed during authentication due to invalid credentials "
                    + $"with SASL mechanism {_mechanism}",
            };
        }
    }

    /// <summary>The answer to a token without a header, itself without one.</summary>
    /// <exception cref="ProtocolException">It is refused: there is no form to say so in.</exception>
    public byte[] Answer(ReadOnlySpan<byte> token)
    {
        try
        {
            return AnswerOf(token);
        }
        catch (SaslRefusal refused)
        {
            throw new ProtocolException(refused.Message, refused);
        }
    }

    private byte[] AnswerOf(ReadOnlySpan<byte> token) => _conversation is { IsComplete: false }
        ? _conversation.Answer(token)
        : throw new ProtocolException("A SASL token has no place here.");
}
