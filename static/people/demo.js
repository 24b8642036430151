// Demo mode only: a click on an account fills the sign-in form.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-demo-username]");
  if (!button) return;
  document.getElementById("id_login").value = button.dataset.demoUsername;
  document.getElementById("id_password").value = document.querySelector("[data-demo-password]").textContent;
  document.querySelector(".entrance-card button").focus();
});
