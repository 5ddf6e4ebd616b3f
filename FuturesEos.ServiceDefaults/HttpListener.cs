using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace FuturesEos.ServiceDefaults;

/// <summary>
/// Where a service listens: at its own setting, else where ASP.NET Core's variables say (an Aspire AppHost and the
/// container images set them), else nowhere. It never opens Kestrel's port 5000 by itself.
/// </summary>
internal static class HttpListener
{
    /// <summary>Configuration key of <c>host:port</c>.</summary>
    public const string AddressKey = "Http:Address";

    private static readonly string[] AspNetKeys = ["urls", "http_ports", "https_ports"];

    /// <summary>Decides it.</summary>
    /// <param name="builder">Of the service.</param>
    /// <param name="isMode">Whether it does one thing and ends: then only its own setting counts.</param>
    public static void Configure(WebApplicationBuilder builder, bool isMode)
    {
        if (builder.Configuration[AddressKey] is { Length: > 0 } address)
        {
            builder.WebHost.UseUrls($"http://{address}");
            // else Kestrel warns that one overrides the other
            foreach (var key in AspNetKeys[1..]) builder.WebHost.UseSetting(key, "");
        }
        else if (isMode || AspNetKeys.All(key => string.IsNullOrEmpty(builder.Configuration[key])))
        {
            builder.Services.AddSingleton<IServer, NoServer>();
        }
    }

    /// <summary>Whether the services of this builder listen at all.</summary>
    public static bool IsOn(IServiceCollection services) =>
        services.LastOrDefault(service => service.ServiceType == typeof(IServer)) is { } server
            && server.ImplementationType != typeof(NoServer);

    private sealed class NoServer : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
        }
    }
}
