using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using FuturesEos.Topology;

namespace FuturesEos.Tests.Aspire;

/// <summary>
/// The manifest that Aspire 13.5 writes of the published system: connection strings by expression are <c>value.v0</c>,
/// projects without a launch profile and with an HTTP endpoint <c>project.v0</c> with one binding.
/// </summary>
internal static class ManifestWriter
{
    /// <summary>Writes it as Aspire does: indented, one resource after the other.</summary>
    /// <param name="toSolution">From the manifest's folder to the solution's: paths in a manifest are relative to
    /// itself.</param>
    public static string Write(string toSolution)
    {
        using var bytes = new MemoryStream();
        // Aspire's writer leaves < > & + as they are
        using (var json = new Utf8JsonWriter(
            bytes, new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("resources");
            WriteValue(json, PublishedSystem.Kafka, PublishedSystem.BootstrapServers);
            WriteValue(json, DatabaseServer.Database, PublishedSystem.Postgres);
            foreach (var service in PublishedSystem.Services) WriteProject(json, service, toSolution);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private static void WriteValue(Utf8JsonWriter json, string name, string connectionString)
    {
        json.WriteStartObject(name);
        json.WriteString("type", "value.v0");
        json.WriteString("connectionString", connectionString);
        json.WriteEndObject();
    }

    private static void WriteProject(Utf8JsonWriter json, PublishedService service, string toSolution)
    {
        json.WriteStartObject(service.Name);
        json.WriteString("type", "project.v0");
        json.WriteString("path", $"{toSolution}/{service.ProjectFile}");
        json.WriteStartObject("env");
        json.WriteString("OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", "in_memory");
        json.WriteString("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true");
        json.WriteString("HTTP_PORTS", $"{{{service.Name}.bindings.http.targetPort}}");
        json.WriteString(ServiceSettings.Kafka, $"{{{PublishedSystem.Kafka}.connectionString}}");
        if (service.UsesDatabase)
            json.WriteString(ServiceSettings.Postgres, $"{{{DatabaseServer.Database}.connectionString}}");
        json.WriteEndObject();
        json.WriteStartObject("bindings");
        json.WriteStartObject("http");
        json.WriteString("scheme", "http");
        json.WriteString("protocol", "tcp");
        json.WriteString("transport", "http");
        json.WriteNumber("targetPort", ServiceSettings.ContainerHttpPort);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
