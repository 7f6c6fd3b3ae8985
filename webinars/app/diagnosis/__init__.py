"""What is wrong with an instance, for whoever operates it: said by the doctor, by `/health` and by a trial mail."""
