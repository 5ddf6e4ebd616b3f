using System.Text;

namespace FuturesEos.EmbeddedKafka.Security;

/// <summary>
/// RFC 4616. The one token: whom to act as (or nothing), user, password, zeros between them. Who wants to act as
/// another is refused.
/// </summary>
/// <example>alice with the password "secret": <c>00 616c696365 00 736563726574</c>.</example>
internal sealed class PlainConversation(SaslUsers users) : SaslConversation
{
    private const int Parts = 3;

    public override byte[] Answer(ReadOnlySpan<byte> token)
    {
        var parts = Encoding.UTF8.GetString(token).Split('\0', Parts + 1);
        if (parts is not [var actAs, var user, var password])
            throw Told($"Invalid SASL/PLAIN response: expected {Parts} tokens, got {parts.Length}");
        if (user.Length == 0)
            throw Told("Authentication failed: username not specified");
        if (password.Length == 0)
            throw Told("Authentication failed: password not specified");
        if (!users.IsPasswordOf(user, password))
            throw Told("Authentication failed: Invalid username or password");
        if (actAs.Length > 0 && actAs != user)
            throw ActsAsAnother();
        IsComplete = true;
        return [];
    }

    public static SaslRefusal ActsAsAnother() =>
        Told("Authentication failed: Client requested an authorization id that is different from username");

    private static SaslRefusal Told(string sentence) => new(sentence, sentence);
}
