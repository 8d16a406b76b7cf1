// An ASP.NET Core app: says who it is, and echoes a posted body.
#:sdk Microsoft.NET.Sdk.Web
#:property PublishAot=false

WebApplication app = WebApplication.Create();
app.MapGet("/", (HttpRequest request) => $"dotnet {request.Host.Host} {request.Headers["X-Forwarded-Proto"]}");
app.MapPost("/", (HttpRequest request, HttpResponse response) => request.Body.CopyToAsync(response.Body));
app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine("listening"));
app.Run($"http://127.0.0.1:{args[0]}");
