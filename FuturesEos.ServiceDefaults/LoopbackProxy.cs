using System.Net;

namespace FuturesEos.ServiceDefaults;

/// <summary>
/// The proxy of the environment (<c>http_proxy</c> and the like) for everything but this machine itself: a proxy cannot
/// reach our own processes on loopback, and the runtime asks it for them all the same unless <c>no_proxy</c> says
/// otherwise.
/// </summary>
public sealed class LoopbackProxy : IWebProxy
{
    private readonly IWebProxy _others;

    private LoopbackProxy(IWebProxy others) => _others = others;

    /// <inheritdoc />
    public ICredentials? Credentials
    {
        get => _others.Credentials;
        set => _others.Credentials = value;
    }

    /// <summary>
    /// Makes it the proxy of every <see cref="HttpClient"/> of this process that has none of its own.
    /// </summary>
    public static void Use()
    {
        if (HttpClient.DefaultProxy is not LoopbackProxy)
            HttpClient.DefaultProxy = new LoopbackProxy(HttpClient.DefaultProxy);
    }

    /// <inheritdoc />
    public Uri? GetProxy(Uri destination) => destination.IsLoopback ? null : _others.GetProxy(destination);

    /// <inheritdoc />
    public bool IsBypassed(Uri host) => host.IsLoopback || _others.IsBypassed(host);
}
