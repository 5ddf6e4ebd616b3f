using System.Security.Authentication;
using System.Text;
using FuturesEos.KafkaProtocol.Security;
using Xunit;

namespace FuturesEos.Tests.KafkaProtocol.Security;

/// <summary>The client's side of SCRAM, against the exchange that RFC 7677 prints.</summary>
public class ScramClientTests
{
    private const string Nonce = "rOprNGfwEbeRWgbNEkqO";
    private const string Challenge =
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";

    [Fact]
    public void it_says_what_the_standard_says_and_believes_the_broker_that_knows_the_password()
    {
        var client = Client("user");
        Assert.Equal("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", Text(client.First));
        Assert.Equal(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            Text(client.Answer(Bytes(Challenge))));
        client.Verify("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="u8);
        Assert.Throws<AuthenticationException>(
            () => client.Verify("v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="u8));
    }

    [Fact]
    public void a_name_with_the_signs_of_the_protocol_is_one_name() =>
        Assert.Equal($"n,,n=a=2Cb=3Dc,r={Nonce}", Text(Client("a,b=c").First));

    [Theory]
    [InlineData("r=another,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData($"r={Nonce}x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1")]
    [InlineData($"r={Nonce}x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=2000000000")]
    [InlineData($"r={Nonce}x,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=-4096")]
    [InlineData($"r={Nonce}x,s=?,i=4096")]
    [InlineData($"r={Nonce}x")]
    [InlineData("")]
    public void a_challenge_that_is_none_is_refused(string challenge) =>
        Assert.Throws<AuthenticationException>(() => Client("user").Answer(Bytes(challenge)));

    [Fact]
    public void a_login_that_is_printed_shows_no_password() =>
        Assert.Equal("user by SCRAM-SHA-256", $"{new SaslLogin("SCRAM-SHA-256", "user", "pencil")}");

    private static ScramClient Client(string user) => new(new SaslLogin("SCRAM-SHA-256", user, "pencil"), Nonce);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
