using System.Security.Cryptography;
using System.Text.Json;
using FuturesEos.Cli.Output;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace FuturesEos.Cli.Supervision;

/// <summary>
/// Where <c>up</c> answers <c>status</c> and <c>down</c>. Its address holds a secret that stands in the run file alone:
/// who can read that may stop the pipeline, and nobody else.
/// </summary>
internal sealed class ControlEndpoint(WebApplication application, string url) : IAsyncDisposable
{
    /// <summary>Base of the requests below.</summary>
    public string Url => url;

    /// <summary>Listens on a free port of 127.0.0.1.</summary>
    public static async Task<ControlEndpoint> StartAsync(Func<PipelineStatus> status, Action stop)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        application.Run(context => AnswerAsync(context, secret, status, stop));
        await application.StartAsync();
        return new ControlEndpoint(application, $"{application.Urls.First()}/{secret}");
    }

    public async ValueTask DisposeAsync() => await application.DisposeAsync();

    private static async Task AnswerAsync(HttpContext context, string secret, Func<PipelineStatus> status, Action stop)
    {
        var request = context.Request;
        if (request.Method == "GET" && request.Path.Value == $"/{secret}/status")
        {
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(JsonSerializer.Serialize(status(), Json.Options));
        }
        else if (request.Method == "POST" && request.Path.Value == $"/{secret}/stop")
        {
            context.Response.StatusCode = StatusCodes.Status202Accepted;
            stop();
        }
        else
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }
}
