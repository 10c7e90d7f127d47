using System.Reflection;
using System.Runtime.CompilerServices;
using Sametime.Contracts.Events;
using Sametime.Contracts.Wire;
using Sametime.Services.Replay;
using Xunit;

namespace Sametime.Tests.Unit.Services.Replay;

public sealed class EventFacetsTests
{
    // What they say of a user or login is of somebody who did nothing.
    private static readonly HashSet<Type> Without = [typeof(ChatLinesMissed)];

    public static TheoryData<Type> Events => [.. EventCatalogue.Current.Entries.Select(entry => entry.Fields.Type).Except(Without)];

    [Theory]
    [MemberData(nameof(Events))]
    public void Whoever_an_event_names_is_found(Type type)
    {
        var fields = type.GetConstructors().Single(constructor => constructor.GetParameters() is not [var only] || only.ParameterType != type).GetParameters();
        var fact = (IEvent)Activator.CreateInstance(type, [.. fields.Select(Sample)])!;

        var facets = new EventFacets();
        facets.Read(fact);

        Assert.Equal(fields.Where(IsUser).Select(field => $"user {field.Name}").Order(), facets.Users.Select(user => $"user {user}").Order());
        Assert.Equal(fields.Where(field => field.ParameterType == typeof(LoginId)).Select(Login).Order(), facets.Logins.Select(login => login.ToString()).Order());
        Assert.Equal(fields.Any(field => field.Name == "Place") ? "a place" : "", facets.Place);
    }

    [Fact]
    public void What_one_event_named_is_forgotten_at_the_next()
    {
        var facets = new EventFacets();
        facets.Read(new DoublePlaceFound("here", 1, 2, 1));
        facets.Read(new UserDisabled(new UserId("alice")));
        facets.Read(new ChatEnded(Reason.Success));
        Assert.Equal((0, 0, ""), (facets.Users.Count, facets.Logins.Count, facets.Place));
    }

    // A name typed at a login stands for the user it was meant to be.
    private static bool IsUser(ParameterInfo field) =>
        field.ParameterType == typeof(UserId) || field.ParameterType == typeof(Items<UserId>) || field.ParameterType == typeof(Items<PrivacyListed>)
        || field.Name == "LoginName";

    private static string Login(ParameterInfo field) => new LoginId((ushort)(1 + field.Position), 0, 0).ToString();

    private static object? Sample(ParameterInfo field) => field.ParameterType switch
    {
        var type when type == typeof(UserId) => new UserId(field.Name!),
        var type when type == typeof(LoginId) => new LoginId((ushort)(1 + field.Position), 0, 0),
        var type when type == typeof(Items<UserId>) => Items.Create<UserId>([new UserId(field.Name!)]),
        var type when type == typeof(Items<PrivacyListed>) => Items.Create<PrivacyListed>([new PrivacyListed(new UserId(field.Name!), "", null)]),
        var type when type == typeof(string) => field.Name switch { "LoginName" => "LoginName", "Place" => "a place", _ => "" },
        var type when type.IsValueType => RuntimeHelpers.GetUninitializedObject(type),
        _ => null,
    };
}
